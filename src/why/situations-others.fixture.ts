/* Long, as each situation is one entry of one list, and read by itself. */
import { kinds } from '../api/kinds.js';
import type { KindRef } from '../api/kube-object.js';
import type { TestCluster } from '../cluster/test-cluster.fixture.js';
import { key, never, pod, type Situation, set } from './situations.fixture.js';

const two = [{}, {}];

function daemonSet(spec = '', annotation = ''): string {
  return `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: agent }
spec:
  selector: { matchLabels: { app: agent } }
  ${spec}
  template: { metadata: { labels: { app: agent }, annotations: { ${annotation} } }, spec: { containers: [{ name: main, image: "x:1" }] } }
`;
}

function deployment(spec = '', annotation = ''): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  ${spec}
  template: { metadata: { labels: { app: web }, annotations: { ${annotation} } }, spec: { containers: [{ name: main, image: "x:1" }] } }
`;
}

function autoscaler(target: string): string {
  return `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: ${target} }
  minReplicas: 1
  maxReplicas: 9
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 80 } } }]
`;
}

function budget(spec: string): string {
  return `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: guard }
spec: { selector: { matchLabels: { app: db } }, ${spec} }
`;
}

const taint = (name: string) => (at: TestCluster) =>
  at.client.modify(kinds.Node, { name }, (node) => ({
    ...node,
    spec: { ...node.spec, taints: [{ key: 'dedicated', value: 'db', effect: 'NoSchedule' }] },
  }));

const cordon = (name: string) => (at: TestCluster) =>
  at.client.modify(kinds.Node, { name }, (node) => ({
    ...node,
    spec: { ...node.spec, unschedulable: true },
  }));

const lose = (name: string) => async (at: TestCluster) => {
  await at.client.modify(kinds.Node, { name }, (node) => ({
    ...node,
    metadata: {
      ...node.metadata,
      annotations: { ...node.metadata?.annotations, 'simulated.holdfast.dev/lost': 'true' },
    },
  }));
  await at.clock.advance(120_000);
};

/** Gives the Pods of a template another annotation, and so another template. */
async function newTemplate(at: TestCluster, name: 'web' | 'agent', annotations: object): Promise<void> {
  const kind: KindRef = name === 'web' ? kinds.Deployment : kinds.DaemonSet;
  const body = { spec: { template: { metadata: { annotations } } } };
  await at.client.patch(kind, key(name), { type: 'application/merge-patch+json', body });
}

const neverReady = { 'simulated.holdfast.dev/never-ready': 'true' };

/** DaemonSets, Deployments, autoscalers, budgets, nodes, configuration. */
export const ofOthers: readonly Situation[] = [
  {
    name: 'a DaemonSet on every node',
    nodes: two,
    yaml: daemonSet(),
    waitMs: 2000,
    ask: 'ds/agent',
    expected: 'DaemonSet default/agent: 2 of 2 nodes have a ready Pod',
  },
  {
    name: 'a DaemonSet that does not tolerate the taint of a node',
    nodes: [{}, { taints: [{ key: 'dedicated', value: 'db', effect: 'NoSchedule' }] }],
    yaml: daemonSet(),
    waitMs: 2000,
    ask: 'ds/agent',
    expected:
      'DaemonSet default/agent: 1 of 1 nodes have a ready Pod; it is not for 1 more: node-1 has the taint dedicated, which it does not tolerate',
  },
  {
    name: 'a DaemonSet for nodes that are not there',
    nodes: two,
    yaml: daemonSet().replace('spec: { containers', 'spec: { nodeSelector: { disk: ssd }, containers'),
    waitMs: 2000,
    ask: 'ds/agent',
    expected: `DaemonSet default/agent: it is for none of the nodes: node-0 is not selected by its template; node-1 is not selected by its template

To go on: a node that the node selector and affinity of its template allow, and whose taints it tolerates`,
  },
  {
    name: 'a DaemonSet whose Pod on a node is not ready',
    nodes: two,
    yaml: daemonSet('', never),
    waitMs: 2000,
    ask: 'daemonset/agent',
    expected: `DaemonSet default/agent: 0 of 2 nodes have a ready Pod; agent-* on node node-0 runs, but container main is not ready
  └ Pod default/agent-*: container main runs and is not ready yet

To go on: it gets ready when its annotations simulated.holdfast.dev/... say so`,
  },
  {
    name: 'a DaemonSet in the middle of a rollout, as far as maxUnavailable lets it',
    nodes: two,
    yaml: daemonSet('updateStrategy: { rollingUpdate: { maxUnavailable: 1 } }'),
    waitMs: 2000,
    act: async (at) => {
      await newTemplate(at, 'agent', neverReady);
      await at.clock.advance(5000);
    },
    ask: 'daemonset/agent',
    expected: `DaemonSet default/agent: 1 of 2 nodes have a ready Pod; agent-* on node node-0 runs, but container main is not ready; 1 of an older template waits for that
  └ Pod default/agent-*: container main runs and is not ready yet

To go on: it gets ready when its annotations simulated.holdfast.dev/... say so`,
  },
  {
    name: 'a DaemonSet whose Pods fail again and again',
    yaml: daemonSet('', 'simulated.holdfast.dev/evict: "low on memory"'),
    waitMs: 20_000,
    ask: 'daemonset/agent',
    expected: `DaemonSet default/agent: agent-* failed; it is replaced after a pause that grows with each failure on its node
  └ Pod default/agent-*: it has failed for good: low on memory

To go on: its DaemonSet agent replaces it`,
  },
  {
    name: 'a Deployment whose new Pods do not get ready',
    yaml: deployment('strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }'),
    waitMs: 3000,
    act: async (at) => {
      await newTemplate(at, 'web', neverReady);
      await at.clock.advance(5000);
    },
    ask: 'deploy/web',
    expected: `Deployment default/web: 1 of 3 Pods are of the new template, 3 are available; web-b9755bc75-* runs, but container main is not ready
  └ Pod default/web-b9755bc75-*: container main runs and is not ready yet

To go on: it gets ready when its annotations simulated.holdfast.dev/... say so`,
  },
  {
    name: 'a Deployment beyond its progress deadline',
    yaml: deployment('progressDeadlineSeconds: 30', never),
    waitMs: 60_000,
    ask: 'deploy/web',
    expected: `Deployment default/web: no progress within 30 s; 3 of 3 Pods are of the new template, 0 are available; web-b9755bc75-* runs, but container main is not ready
  └ Pod default/web-b9755bc75-*: container main runs and is not ready yet

To go on: it gets ready when its annotations simulated.holdfast.dev/... say so`,
  },
  {
    name: 'a Deployment whose Pods are refused',
    yaml: deployment().replace('spec: { containers', 'spec: { priorityClassName: none-such, containers'),
    waitMs: 3000,
    ask: 'deploy/web',
    expected: `Deployment default/web: 0 of 3 Pods are of the new template, 0 are available; ReplicaSet web-6fdb96d96f has 0 of 3 Pods available
  └ ReplicaSet default/web-6fdb96d96f: its Pods cannot be created: pods "web-6fdb96d96f-*" is forbidden: no PriorityClass with name none-such was found

To go on: mend what the message names; its controller tries again by itself`,
  },
  {
    name: 'a Recreate whose old Pod stops slowly',
    yaml: deployment('strategy: { type: Recreate }', 'simulated.holdfast.dev/stop-after-ms: "20000"').replace(
      'replicas: 3',
      'replicas: 1',
    ),
    waitMs: 3000,
    act: async (at) => {
      await newTemplate(at, 'web', { v: '2' });
      await at.clock.advance(1000);
    },
    ask: 'deploy/web',
    expected: `Deployment default/web: 0 of 1 Pods are of the new template, 0 are available; web-758bdd64c-* of the former template still runs; with strategy Recreate nothing new starts before it is gone
  └ Pod default/web-758bdd64c-*: it is stopping, and has 29 s of its grace period left

To go on: its containers end, or the grace period does`,
  },
  {
    name: 'an autoscaler without metrics',
    yaml: `${deployment()}\n---\n${autoscaler('web')}`,
    waitMs: 3000,
    ask: 'hpa/web',
    expected: `HorizontalPodAutoscaler default/web: it does not scale Deployment web: the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: nothing here measures Pods: the API metrics.k8s.io is not served

To go on: its metrics can be had; until then kubectl scale -n default deployment web --replicas=N does it by hand`,
  },
  {
    name: 'an autoscaler without its target',
    yaml: autoscaler('shop'),
    waitMs: 3000,
    ask: 'hpa/web',
    expected: `HorizontalPodAutoscaler default/web: it does not scale Deployment shop: the HPA controller was unable to get the target's current scale: deployments.apps "shop" not found
  └ Deployment default/shop: it does not exist

To go on: create Deployment default/shop`,
  },
  {
    name: 'an autoscaler of a target with no replicas',
    yaml: `${deployment().replace('replicas: 3', 'replicas: 0')}\n---\n${autoscaler('web')}`,
    waitMs: 3000,
    ask: 'hpa/web',
    expected: `HorizontalPodAutoscaler default/web: it does not scale Deployment web: scaling is disabled since the replica count of the target is zero

To go on: kubectl scale -n default deployment web --replicas=N, with at least 1`,
  },
  {
    name: 'a budget that allows an eviction',
    yaml: `${set()}\n---\n${budget('maxUnavailable: 1')}`,
    waitMs: 3000,
    ask: 'pdb/guard',
    expected: 'PodDisruptionBudget default/guard: it allows 1 eviction now',
  },
  {
    name: 'a budget that wants every Pod',
    yaml: `${set()}\n---\n${budget('minAvailable: 3')}`,
    waitMs: 3000,
    ask: 'pdb/guard',
    expected: `PodDisruptionBudget default/guard: it allows no eviction: it needs 3 healthy Pods and has 3

To go on: more replicas than it wants healthy, or a budget that wants fewer`,
  },
  {
    name: 'a budget one of whose Pods is not ready',
    yaml: `${set({ annotation: never, spec: 'podManagementPolicy: Parallel' })}\n---\n${budget('minAvailable: 2')}`,
    waitMs: 3000,
    ask: 'pdb/guard',
    expected: `PodDisruptionBudget default/guard: it allows no eviction: it needs 2 healthy Pods and has 0
  └ Pod default/db-0: container main runs and is not ready yet

To go on: it gets ready when its annotations simulated.holdfast.dev/... say so`,
  },
  {
    name: 'a budget of no Pods',
    yaml: budget('minAvailable: 1'),
    waitMs: 3000,
    ask: 'pdb/guard',
    expected: `PodDisruptionBudget default/guard: it allows no eviction: it needs 1 healthy Pods and has 0

To go on: a Pod with the labels that it selects`,
  },
  { name: 'a node that is well', waitMs: 1000, ask: 'node/node-0', expected: 'Node node-0: it is ready' },
  {
    name: 'a node that is cordoned',
    waitMs: 1000,
    act: cordon('node-0'),
    ask: 'no/node-0',
    expected: 'Node node-0: it is ready, and cordoned: no new Pod goes there before kubectl uncordon node-0',
  },
  {
    name: 'a node with a taint',
    waitMs: 1000,
    act: taint('node-0'),
    ask: 'no/node-0',
    expected: 'Node node-0: it is ready, for Pods that tolerate dedicated=db:NoSchedule',
  },
  {
    name: 'a node that does not answer',
    waitMs: 1000,
    act: lose('node-0'),
    ask: 'node/node-0',
    expected: `Node node-0: it is not ready: Kubelet stopped posting node status.

To go on: the node reports that it is ready; if it is gone for good, kubectl delete node node-0: its Pods go with it`,
  },
  {
    name: 'a Pod that no node of several takes, for reasons of their own',
    nodes: [{ labels: { disk: 'ssd' }, capacity: { cpu: '1' } }, {}],
    yaml: pod('a', { spec: 'nodeSelector: { disk: ssd }' }).replace(
      'image: "x:1"',
      'image: "x:1", resources: { requests: { cpu: "1500m", memory: 1Gi } }',
    ),
    waitMs: 3000,
    ask: 'pod/a',
    expected: `Pod default/a: no node takes it: 0/2 nodes are available: 1 Insufficient cpu, 1 node(s) didn't match Pod's node affinity/selector.

To go on: a node with what the Pod asks for, or a Pod that asks for less (node-0: cpu 1500m asked for, 1 of 1 free; node-1: has not the label disk=ssd)`,
  },
  {
    name: 'a Pod whose port is taken on its only node, the other being cordoned',
    nodes: two,
    yaml: pod('a').replace('image: "x:1"', 'image: "x:1", ports: [{ containerPort: 80, hostPort: 8080 }]'),
    waitMs: 3000,
    act: async (at) => {
      const [first] = at.pods();
      await cordon(first?.spec?.nodeName === 'node-0' ? 'node-1' : 'node-0')(at);
      await at.apply(
        pod('b').replace('image: "x:1"', 'image: "x:1", ports: [{ containerPort: 80, hostPort: 8080 }]'),
      );
      await at.clock.advance(3000);
    },
    ask: 'pod/b',
    expected: `Pod default/b: no node takes it: 0/2 nodes are available: 1 node(s) didn't have free ports for the requested pod ports, 1 node(s) were unschedulable.

To go on: kubectl uncordon node-0 (node-1: its port 8080/TCP is taken by Pod default/a)`,
  },
  {
    name: 'a Pod for which less important ones make room',
    yaml: `
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: { name: high }
value: 1000
---
${pod('small', { metadata: 'annotations: { simulated.holdfast.dev/stop-after-ms: "600000" }' }).replace('image: "x:1"', 'image: "x:1", resources: { requests: { cpu: "1000" } }')}`,
    waitMs: 3000,
    act: async (at) => {
      await at.apply(
        pod('big', { spec: 'priorityClassName: high' }).replace(
          'image: "x:1"',
          'image: "x:1", resources: { requests: { cpu: "1000" } }',
        ),
      );
      await at.clock.advance(2000);
    },
    ask: 'pod/big',
    expected: `Pod default/big: less important Pods make room for it on node-0: default/small
  └ Pod default/small: it is stopping, and has 28 s of its grace period left

To go on: its containers end, or the grace period does`,
  },
  {
    name: 'a ConfigMap that a Pod waits for',
    yaml: pod('a', { spec: 'volumes: [{ name: v, configMap: { name: settings } }]' }),
    waitMs: 1000,
    ask: 'cm/settings',
    expected: `ConfigMap default/settings: it does not exist, and is needed by Pod a

To go on: create ConfigMap default/settings`,
  },
  {
    name: 'a Secret that is in use',
    yaml: `apiVersion: v1\nkind: Secret\nmetadata: { name: login }\n---\n${pod('a').replace('image: "x:1"', 'image: "x:1", envFrom: [{ secretRef: { name: login } }]')}`,
    waitMs: 1000,
    ask: 'secret/login',
    expected: `Secret default/login: it is there, and used by Pod a`,
  },
  {
    name: 'a kind that waits for nothing',
    waitMs: 500,
    ask: 'sa/default',
    expected: 'ServiceAccount default/default: it is there, and waits for nothing that is known',
  },
];
