import { describe, expect, it } from 'vitest';
import type { Endpoints, Service } from '../../api/generated/core-v1.js';
import type { EndpointSlice } from '../../api/generated/discovery-v1.js';
import { planMirror } from './plan.js';

const service: Service = {
  metadata: { name: 'db', namespace: 'default' },
  spec: { ports: [{ port: 3306 }] },
};

function endpoints(changes: Partial<Endpoints> = {}): Endpoints {
  return {
    metadata: { name: 'db', namespace: 'default', uid: 'e', labels: { team: 'db' } },
    subsets: [
      {
        addresses: [{ ip: '192.0.2.1', hostname: 'one' }, { ip: '2001:db8::1' }],
        notReadyAddresses: [{ ip: '192.0.2.2' }],
        ports: [{ name: 'mysql', port: 3306, protocol: 'TCP' }],
      },
    ],
    ...changes,
  };
}

function mirrored(): readonly EndpointSlice[] {
  return planMirror({ endpoints: endpoints(), service, slices: [] }).actions.map(({ slice }, index) => ({
    ...slice,
    metadata: { ...slice.metadata, name: `db-${index}`, uid: `slice-${index}` },
  }));
}

describe('hand-made Endpoints', () => {
  it('become a slice for each kind of address', () => {
    const { actions } = planMirror({ endpoints: endpoints(), service, slices: [] });
    expect(actions).toMatchObject([
      {
        type: 'createSlice',
        slice: {
          addressType: 'IPv4',
          metadata: {
            generateName: 'db-',
            labels: {
              team: 'db',
              'kubernetes.io/service-name': 'db',
              'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
            },
            ownerReferences: [{ kind: 'Endpoints', uid: 'e' }],
          },
          endpoints: [
            { addresses: ['192.0.2.1'], conditions: { ready: true }, hostname: 'one' },
            { addresses: ['192.0.2.2'], conditions: { ready: false } },
          ],
          ports: [{ name: 'mysql', port: 3306, protocol: 'TCP' }],
        },
      },
      { type: 'createSlice', slice: { addressType: 'IPv6', endpoints: [{ addresses: ['2001:db8::1'] }] } },
    ]);
  });

  it('are mirrored once', () => {
    expect(planMirror({ endpoints: endpoints(), service, slices: mirrored() }).actions).toEqual([]);
  });

  it('that change, change their slices', () => {
    const ports = [{ name: 'mysql', port: 3306, protocol: 'TCP' }];
    const moved = endpoints({ subsets: [{ addresses: [{ ip: '192.0.2.9' }], ports }] });
    expect(planMirror({ endpoints: moved, service, slices: mirrored() }).actions).toMatchObject([
      {
        type: 'updateSlice',
        slice: { metadata: { name: 'db-0' }, endpoints: [{ addresses: ['192.0.2.9'] }] },
      },
      { type: 'deleteSlice', slice: { metadata: { name: 'db-1' } } },
    ]);
  });

  it.each<[string, Endpoints | undefined, Service | undefined]>([
    ['are gone', undefined, service],
    ['have no Service', endpoints(), undefined],
    ['belong to a Service with a selector', endpoints(), { ...service, spec: { selector: { app: 'db' } } }],
    [
      'say that they are not to be mirrored',
      endpoints({ metadata: { name: 'db', labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } } }),
      service,
    ],
  ])('that %s have no slices', (_name, subject, owner) => {
    const { actions } = planMirror({ endpoints: subject, service: owner, slices: mirrored() });
    expect(actions.map(({ type }) => type)).toEqual(['deleteSlice', 'deleteSlice']);
  });
});
