import { describe, expect, it } from 'vitest';
import type { Service } from '../api/generated/core-v1.js';
import type { Endpoint, EndpointSlice } from '../api/generated/discovery-v1.js';
import { plan, rulesOf } from './plan.js';

const service = (spec: Service['spec']): Service => ({
  metadata: { name: 'mysql-master', namespace: 'default' },
  spec,
});
const clusterIp = service({
  clusterIP: '10.96.7.7',
  ports: [{ name: 'mysql', port: 3306, protocol: 'TCP' }],
});

function slice(...endpoints: Endpoint[]): EndpointSlice {
  return {
    metadata: { name: 'mysql-master-x', namespace: 'default' },
    addressType: 'IPv4',
    endpoints,
    ports: [{ name: 'mysql', port: 3306, protocol: 'TCP' }],
  };
}

const ready = (address: string) => ({
  addresses: [address],
  conditions: { ready: true, serving: true, terminating: false },
});
const leaving = (address: string) => ({
  addresses: [address],
  conditions: { ready: false, serving: true, terminating: true },
});
const starting = (address: string) => ({
  addresses: [address],
  conditions: { ready: false, serving: false, terminating: false },
});

describe('rules of a Service', () => {
  it.each([
    [
      'ready endpoints only',
      [ready('10.244.0.5'), starting('10.244.0.6'), leaving('10.244.0.7')],
      ['10.244.0.5'],
    ],
    [
      'terminating ones that serve, when none is ready',
      [starting('10.244.0.6'), leaving('10.244.0.7')],
      ['10.244.0.7'],
    ],
    ['nothing, when none serves', [starting('10.244.0.6')], []],
  ])('go to %s', (_, endpoints, expected) => {
    const [rule] = rulesOf({ service: clusterIp, slices: [slice(...endpoints)] });
    expect(rule?.backends.map((backend) => backend.address)).toEqual(expected);
  });

  it('do not exist for headless and ExternalName Services', () => {
    expect(rulesOf({ service: service({ clusterIP: 'None' }), slices: [] })).toEqual([]);
    expect(rulesOf({ service: service({ type: 'ExternalName', externalName: 'x' }), slices: [] })).toEqual(
      [],
    );
  });
});

describe('the rule set', () => {
  const facts = {
    services: [{ service: clusterIp, slices: [slice(ready('10.244.0.5'), ready('10.244.0.6'))] }],
    applied: undefined,
  };

  it('translates, spreads, and handles a Pod that reaches itself', () => {
    const text = plan(facts).actions[0]?.ruleset ?? '';
    expect(text).toContain('10.96.7.7 . tcp . 3306 : goto service-0');
    expect(text).toContain('numgen random mod 2 vmap');
    expect(text).toContain('dnat to 10.244.0.6:3306');
    expect(text).toContain('10.244.0.5 . 10.244.0.5');
  });

  it('plans nothing when it is in force already', () => {
    const applied = plan(facts).actions[0]?.ruleset;
    expect(plan({ ...facts, applied }).actions).toEqual([]);
  });

  it('refuses at once where there is no endpoint', () => {
    const text =
      plan({ services: [{ service: clusterIp, slices: [] }], applied: undefined }).actions[0]?.ruleset ?? '';
    expect(text).toContain('10.96.7.7 . tcp . 3306 : goto refuse');
  });

  it('remembers clients under sessionAffinity', () => {
    const sticky = service({ ...clusterIp.spec, sessionAffinity: 'ClientIP' });
    const text = plan({
      services: [{ service: sticky, slices: [slice(ready('10.244.0.5'))] }],
      applied: undefined,
    }).actions[0]?.ruleset;
    expect(text).toContain('timeout 10800s');
    expect(text).toContain('ip saddr @client-0-0 goto service-0-0');
  });
});
