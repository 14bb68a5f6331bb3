import { describe, expect, it } from 'vitest';
import type { Service } from '../../api/generated/core-v1.js';
import type { EndpointSlice } from '../../api/generated/discovery-v1.js';
import { targetsOf } from './endpoints.js';

const service: Service = {
  metadata: { name: 'mysql' },
  spec: {
    clusterIP: 'None',
    ports: [
      { port: 3306, name: 'sql' },
      { port: 33060, name: 'x' },
    ],
  },
};
const slice: EndpointSlice = {
  addressType: 'IPv4',
  ports: [
    { name: 'sql', port: 3306 },
    { name: 'x', port: 33061 },
  ],
  endpoints: [
    { addresses: ['10.244.0.2'], conditions: { ready: true } },
    { addresses: ['10.244.0.3'], conditions: { ready: false } },
    { addresses: ['10.244.0.4'] },
  ],
};
const published = (port?: string) => ({
  namespace: 'default',
  service: 'mysql',
  hostPort: 1,
  ...(port === undefined ? {} : { port }),
});

describe('targetsOf', () => {
  it('takes the ready endpoints of the first port', () => {
    expect(targetsOf(service, [slice], published())).toEqual([
      { address: '10.244.0.2', port: 3306 },
      { address: '10.244.0.4', port: 3306 },
    ]);
  });

  it.each(['x', '33060'])('finds port %s and dials the number the endpoints have for it', (port) => {
    expect(targetsOf(service, [slice], published(port)).map((target) => target.port)).toEqual([33061, 33061]);
  });

  it('dials a number that a headless Service does not declare', () => {
    const bare: Service = { spec: { clusterIP: 'None' } };
    expect(targetsOf(bare, [{ ...slice, ports: [] }], published('80'))).toHaveLength(2);
    expect(targetsOf(bare, [{ ...slice, ports: [] }], published())).toEqual([]);
  });

  it('has none while there is no Service', () => {
    expect(targetsOf(undefined, [slice], published())).toEqual([]);
  });
});
