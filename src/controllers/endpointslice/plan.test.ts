import { describe, expect, it } from 'vitest';
import type { Pod, PodSpec, Service, ServiceSpec } from '../../api/generated/core-v1.js';
import type { EndpointSlice } from '../../api/generated/discovery-v1.js';
import type { EndpointFacts } from './facts.js';
import { planEndpointsOf } from './plan.js';

function service(spec: ServiceSpec = {}): Service {
  return {
    metadata: { name: 'mysql', namespace: 'default', uid: 's', labels: { team: 'db' } },
    spec: {
      clusterIP: 'None',
      selector: { app: 'mysql' },
      ports: [{ name: 'mysql', port: 3306, targetPort: 3306, protocol: 'TCP' }],
      ...spec,
    },
  };
}

interface PodOptions {
  readonly ready?: boolean;
  readonly terminating?: boolean;
  readonly phase?: string;
  readonly spec?: Partial<PodSpec>;
}

function pod(
  index: number,
  { ready = true, terminating = false, phase = 'Running', spec = {} }: PodOptions = {},
): Pod {
  const name = `mysql-${index}`;
  return {
    metadata: {
      name,
      namespace: 'default',
      uid: name,
      ...(terminating && { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    },
    spec: { hostname: name, subdomain: 'mysql', nodeName: 'node-0', containers: [], ...spec },
    status: {
      phase,
      podIP: `10.244.${index >> 8}.${index & 255}`,
      conditions: [
        { type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: '2026-01-01T00:00:00Z' },
      ],
    },
  };
}

function plan(facts: Partial<EndpointFacts>): ReturnType<typeof planEndpointsOf> {
  return planEndpointsOf({ service: service(), pods: [], slices: [], endpoints: undefined, ...facts });
}

function slicesOf(facts: Partial<EndpointFacts>): readonly EndpointSlice[] {
  return plan(facts).actions.flatMap((action) =>
    'slice' in action && action.type !== 'deleteSlice' ? [action.slice] : [],
  );
}

describe('EndpointSlices', () => {
  it('name a Pod of the Service by its host name, node and reference', () => {
    const [slice] = slicesOf({ pods: [pod(0)] });
    expect(slice).toMatchObject({
      addressType: 'IPv4',
      metadata: {
        generateName: 'mysql-',
        labels: {
          team: 'db',
          'kubernetes.io/service-name': 'mysql',
          'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
          'service.kubernetes.io/headless': '',
        },
        annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-01T00:00:00Z' },
        ownerReferences: [{ kind: 'Service', uid: 's', controller: true }],
      },
      ports: [{ name: 'mysql', port: 3306, protocol: 'TCP' }],
    });
    expect(slice?.endpoints).toEqual([
      {
        addresses: ['10.244.0.0'],
        conditions: { ready: true, serving: true, terminating: false },
        hostname: 'mysql-0',
        nodeName: 'node-0',
        targetRef: { kind: 'Pod', namespace: 'default', name: 'mysql-0', uid: 'mysql-0' },
      },
    ]);
  });

  it.each<[string, PodOptions, ServiceSpec, object | undefined]>([
    ['ready', {}, {}, { ready: true, serving: true, terminating: false }],
    ['not ready', { ready: false }, {}, { ready: false, serving: false, terminating: false }],
    [
      'not ready but published',
      { ready: false },
      { publishNotReadyAddresses: true },
      { ready: true, serving: false, terminating: false },
    ],
    [
      'terminating and still ready',
      { terminating: true },
      {},
      { ready: false, serving: true, terminating: true },
    ],
    ['ended', { phase: 'Failed' }, {}, undefined],
  ])('conditions of a Pod that is %s', (_name, options, spec, conditions) => {
    const [slice] = slicesOf({ service: service(spec), pods: [pod(0, options)] });
    expect(slice?.endpoints?.[0]?.conditions).toEqual(conditions);
  });

  it('give no host name to a Pod of another subdomain', () => {
    const [slice] = slicesOf({ pods: [pod(0, { spec: { subdomain: 'other' } })] });
    expect(slice?.endpoints?.[0]).not.toHaveProperty('hostname');
  });

  it('follow a named port in each Pod', () => {
    const named = (port: number): Partial<PodSpec> => ({
      containers: [{ name: 'c', ports: [{ name: 'db', containerPort: port }] }],
    });
    const facts = {
      service: service({ ports: [{ port: 3306, targetPort: 'db' }] }),
      pods: [pod(0, { spec: named(3306) }), pod(1, { spec: named(3307) }), pod(2)],
    };
    expect(slicesOf(facts).map(({ ports, endpoints }) => [ports?.[0]?.port, endpoints?.length])).toEqual([
      [3306, 1],
      [3307, 1],
    ]);
  });

  it('hold at most a hundred endpoints each', () => {
    const pods = Array.from({ length: 250 }, (_, index) => pod(index));
    expect(slicesOf({ pods }).map(({ endpoints }) => endpoints?.length)).toEqual([100, 100, 50]);
  });

  it('keep endpoints where they are, and fill up what has room', () => {
    const [before] = slicesOf({ pods: [pod(0), pod(1)] });
    if (before === undefined) throw new Error('no slice');
    const kept = { ...before, metadata: { ...before.metadata, name: 'mysql-abc' } };
    const { actions } = plan({ pods: [pod(1), pod(2)], slices: [kept] });
    expect(actions[0]).toMatchObject({ type: 'updateSlice', slice: { metadata: { name: 'mysql-abc' } } });
    expect(
      slicesOf({ pods: [pod(1), pod(2)], slices: [kept] })[0]?.endpoints?.map(({ hostname }) => hostname),
    ).toEqual(['mysql-1', 'mysql-2']);
    expect(slicesOf({ pods: [pod(0), pod(1)], slices: [kept] })).toEqual([]);
  });

  it('stand empty for a Service without Pods, and say so', () => {
    const facts = { pods: [] };
    expect(slicesOf(facts)).toMatchObject([{ endpoints: [] }]);
    const [empty] = slicesOf(facts);
    const endpoints = plan(facts).actions.find((action) => action.type === 'createEndpoints');
    const again = plan({
      ...facts,
      slices: empty === undefined ? [] : [empty],
      endpoints: endpoints?.type === 'createEndpoints' ? endpoints.endpoints : undefined,
    });
    expect(again).toMatchObject({ actions: [], waitingFor: { reason: 'NoReadyEndpoints' } });
  });

  it('are left to others for a Service without a selector', () => {
    expect(plan({ service: service({ selector: undefined }) }).actions).toEqual([]);
  });

  it('go with the Service', () => {
    const [slice] = slicesOf({ pods: [pod(0)] });
    const gone = plan({ service: undefined, slices: slice === undefined ? [] : [slice] });
    expect(gone.actions.map(({ type }) => type)).toEqual(['deleteSlice']);
  });
});

describe('Endpoints', () => {
  it('list ready and other addresses, and none that terminate', () => {
    const { actions } = plan({ pods: [pod(0), pod(1, { ready: false }), pod(2, { terminating: true })] });
    const action = actions.find(({ type }) => type === 'createEndpoints');
    expect(action).toMatchObject({
      endpoints: {
        metadata: { name: 'mysql', labels: { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' } },
        subsets: [
          {
            addresses: [{ ip: '10.244.0.0', hostname: 'mysql-0' }],
            notReadyAddresses: [{ ip: '10.244.0.1', hostname: 'mysql-1' }],
            ports: [{ name: 'mysql', port: 3306, protocol: 'TCP' }],
          },
        ],
      },
    });
  });

  it('name a thousand at most, the ready ones first, and say that there are more', () => {
    const pods = Array.from({ length: 1200 }, (_, index) => pod(index, { ready: index >= 300 }));
    const action = plan({ pods }).actions.find(({ type }) => type === 'createEndpoints');
    const endpoints = action?.type === 'createEndpoints' ? action.endpoints : undefined;
    expect(endpoints?.metadata?.annotations?.['endpoints.kubernetes.io/over-capacity']).toBe('truncated');
    const [subset] = endpoints?.subsets ?? [];
    expect([subset?.addresses?.length, subset?.notReadyAddresses?.length]).toEqual([900, 100]);
    const fewer = plan({ pods: pods.slice(0, 5), endpoints }).actions.find(
      ({ type }) => type === 'updateEndpoints',
    );
    expect(fewer).toMatchObject({ endpoints: { subsets: [{}] } });
    expect(fewer).not.toHaveProperty([
      'endpoints',
      'metadata',
      'annotations',
      'endpoints.kubernetes.io/over-capacity',
    ]);
  });
});
