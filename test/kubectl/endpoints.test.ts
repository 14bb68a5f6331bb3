import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Endpoints } from '../../src/api/generated/core-v1.js';
import type { EndpointSlice } from '../../src/api/generated/discovery-v1.js';
import { until } from '../tools/eventually.js';
import { type Kubectl, kubectlVersions } from '../tools/kubectl.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';

const objects = `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: ready, labels: { app: web } }
spec: { containers: [{ name: c, image: c }] }
---
apiVersion: v1
kind: Pod
metadata:
  name: starting
  labels: { app: web }
  annotations: { simulated.holdfast.dev/never-ready: "true" }
spec: { containers: [{ name: c, image: c }] }
---
apiVersion: v1
kind: Service
metadata: { name: outside }
spec: { ports: [{ port: 3306 }] }
---
apiVersion: v1
kind: Endpoints
metadata: { name: outside }
subsets: [{ addresses: [{ ip: 192.0.2.7 }], ports: [{ port: 3306 }] }]
`;

describe.each(kubectlVersions)('endpoints with kubectl %s', (version) => {
  let cluster: PaperCluster;
  let kubectl: Kubectl;

  beforeAll(async () => {
    cluster = await startPaperCluster();
    kubectl = cluster.kubectl(version).in('default');
    await kubectl.ok(['apply', '-f', '-'], { input: objects });
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/ready', '--timeout=20s']);
    await kubectl.ok(['wait', '--for=jsonpath={.status.phase}=Running', 'pod/starting', '--timeout=20s']);
  });

  afterAll(() => cluster?.[Symbol.asyncDispose]());

  it('of a Service with a selector name its Pods, ready and not', async () => {
    const endpoints = await until(
      'both Pods are there',
      () => kubectl.json<Endpoints>(['get', 'endpoints', 'web']),
      ({ subsets }) => subsets?.[0]?.addresses !== undefined && subsets[0].notReadyAddresses !== undefined,
    );
    expect(endpoints.metadata?.labels).toEqual({
      'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
    });
    expect(endpoints.metadata?.annotations).toHaveProperty([
      'endpoints.kubernetes.io/last-change-trigger-time',
    ]);
    expect(endpoints.subsets).toMatchObject([
      {
        addresses: [{ nodeName: 'node-0', targetRef: { kind: 'Pod', name: 'ready', namespace: 'default' } }],
        notReadyAddresses: [{ targetRef: { name: 'starting' } }],
        ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      },
    ]);
    const ip = endpoints.subsets?.[0]?.addresses?.[0]?.ip ?? '';
    expect(await kubectl.ok(['get', 'endpoints', 'web'])).toMatch(
      new RegExp(`^NAME +ENDPOINTS +AGE\\nweb +${ip}:8080 +\\d+s\\n$`),
    );
    expect(await kubectl.ok(['describe', 'service', 'web'])).toMatch(
      new RegExp(`^Endpoints: +${ip}:8080$`, 'm'),
    );
  });

  it('that were written by hand are mirrored into a slice, and go with it', async () => {
    const slices = async (): Promise<readonly EndpointSlice[]> => {
      const selector = 'kubernetes.io/service-name=outside';
      const list = await kubectl.json<{ readonly items: readonly EndpointSlice[] }>([
        'get',
        'endpointslices',
        '-l',
        selector,
      ]);
      return list.items;
    };
    const [slice] = await until('the slice is there', slices, (items) => items.length === 1);
    expect(slice).toMatchObject({
      addressType: 'IPv4',
      metadata: {
        labels: { 'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io' },
      },
      endpoints: [{ addresses: ['192.0.2.7'], conditions: { ready: true } }],
      ports: [{ port: 3306, protocol: 'TCP' }],
    });
    expect(await kubectl.ok(['get', 'endpoints', 'outside'])).toMatch(/\noutside +192\.0\.2\.7:3306 /);
    expect(await kubectl.ok(['describe', 'service', 'outside'])).toMatch(/^Endpoints: +192\.0\.2\.7:3306$/m);
    await kubectl.ok(['delete', 'endpoints', 'outside']);
    await until('the slice is gone', slices, (items) => items.length === 0);
  });
});
