/* Long, as each situation is one entry of one list, and read by itself. */
import { kinds } from '../api/kinds.js';
import type { TestCluster } from '../cluster/test-cluster.fixture.js';
import {
  claim,
  claims,
  delayedClass,
  headless,
  never,
  pod,
  type Situation,
  set,
  uses,
} from './situations.fixture.js';

/** A situation in which somebody asks who may read some kinds of namespace `default`, and nothing else. */
export interface RightsSituation extends Situation {
  /** `resource[.group]`, which are read by get and list. */
  readonly may: readonly string[];
}

/** What is in a namespace, as a team that has one to itself may read it. */
const team = [
  'pods',
  'events',
  'services',
  'configmaps',
  'persistentvolumeclaims',
  'statefulsets.apps',
  'daemonsets.apps',
  'deployments.apps',
  'replicasets.apps',
  'controllerrevisions.apps',
  'jobs.batch',
];

/** Somebody's rights in namespace `default`, by a Role that is bound to them. */
export function roleFor(user: string, may: readonly string[]): string {
  const rules = may.map((resource) => {
    const [plural, group = ''] = resource.split('.', 2);
    return `{ apiGroups: ["${group}"], resources: [${plural}], verbs: [get, list] }`;
  });
  return `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reader }
rules: [${rules.join(', ')}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: reader }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader }
subjects: [{ apiGroup: rbac.authorization.k8s.io, kind: User, name: ${user} }]
`;
}

const agents = (annotation = '', spec = ''): string => `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: agent }
spec:
  selector: { matchLabels: { app: agent } }
  template: { metadata: { labels: { app: agent }, annotations: { ${annotation} } }, spec: { ${spec} containers: [{ name: main, image: "x:1" }] } }
`;

const loseNode = async (at: TestCluster): Promise<void> => {
  const annotations = { 'simulated.holdfast.dev/lost': 'true' };
  const patch = { type: 'application/merge-patch+json', body: { metadata: { annotations } } } as const;
  await at.client.patch(kinds.Node, { name: 'node-0' }, patch);
  await at.clock.advance(120_000);
};

const refused = (verb: string, plural: string, group: string): string =>
  `Could not look at ${group === '' ? plural : `${plural}.${group}`}: User "bob" cannot ${verb} resource "${plural}" in API group "${group}"`;
const cannot = (verb: string, plural: string, group = ''): string =>
  `${refused(verb, plural, group)} at the cluster scope`;
const cannotHere = (verb: string, plural: string, group = ''): string =>
  `${refused(verb, plural, group)} in the namespace "default"`;

/** Answers to somebody who may read less than an administrator. */
export const ofRights: readonly RightsSituation[] = [
  {
    name: 'a Pod that runs needs nothing of the cluster',
    may: team,
    yaml: pod('a'),
    waitMs: 500,
    ask: 'pod/a',
    expected: 'Pod default/a: it runs and is ready',
  },
  {
    name: 'a chain within the namespace',
    may: team,
    yaml: set({ annotation: never, claims }),
    waitMs: 4000,
    ask: 'pod/db-2',
    expected: `Pod default/db-2: it does not exist: the set db has not made it yet
  └ StatefulSet default/db: 0 of 3 Pods are ready; db-0 runs, but container main is not ready; db-1 waits until it is Running and Ready
    └ Pod default/db-0: container main runs and is not ready yet

${cannot('get', 'nodes')}

To go on: it gets ready when its annotations simulated.holdfast.dev/... say so`,
  },
  {
    name: 'a Pod without a node: what the scheduler said, and not that there is no node',
    may: team,
    yaml: pod('a').replace('image: "x:1"', 'image: "x:1", resources: { requests: { cpu: "4000" } }'),
    waitMs: 3000,
    ask: 'pod/a',
    expected: `Pod default/a: no node takes it: 0/1 nodes are available: 1 Insufficient cpu.

${cannot('list', 'nodes')}

To go on: a node with what the Pod asks for, or a Pod that asks for less`,
  },
  {
    name: 'a claim that waits: what the binder said, and not that its class does not exist',
    may: team,
    yaml: `${delayedClass}\n---\n${claim('c', 'storageClassName: late')}`,
    waitMs: 500,
    ask: 'pvc/c',
    expected: `PersistentVolumeClaim default/c: waiting for first consumer to be created before binding

${cannot('get', 'storageclasses', 'storage.k8s.io')}
${cannot('list', 'persistentvolumes')}

To go on: create a Pod that uses the claim`,
  },
  {
    name: 'a claim of which nothing was said yet',
    may: ['persistentvolumeclaims'],
    yaml: claim('c', 'storageClassName: ""'),
    waitMs: 500,
    ask: 'pvc/c',
    expected: `PersistentVolumeClaim default/c: what it waits for is not known, as pods may not be looked at

${cannotHere('list', 'pods')}
${cannotHere('list', 'events')}

To go on: ask as somebody who may get and list pods in namespace default`,
  },
  {
    name: 'a claim that is bound needs no volume',
    may: team,
    yaml: `${claim('c')}\n---\n${pod('a', { spec: uses('c') })}`,
    waitMs: 4000,
    ask: 'pvc/c',
    expected: 'PersistentVolumeClaim default/c: it is bound to volume PVC',
  },
  {
    name: 'a DaemonSet whose Pods are ready',
    may: team,
    yaml: agents(),
    waitMs: 3000,
    ask: 'ds/agent',
    expected: `DaemonSet default/agent: 1 of 1 nodes have a ready Pod

${cannot('list', 'nodes')}`,
  },
  {
    name: 'a DaemonSet whose Pod is not ready',
    may: team,
    yaml: agents(never),
    waitMs: 3000,
    ask: 'ds/agent',
    expected: `DaemonSet default/agent: 0 of 1 nodes have a ready Pod; agent-* is not ready
  └ Pod default/agent-*: container main runs and is not ready yet

${cannot('list', 'nodes')}

To go on: it gets ready when its annotations simulated.holdfast.dev/... say so`,
  },
  {
    name: 'a DaemonSet for nodes that are not there',
    may: team,
    yaml: agents('', 'nodeSelector: { disk: ssd },'),
    waitMs: 3000,
    ask: 'ds/agent',
    expected: `DaemonSet default/agent: its controller finds no node that it is for

${cannot('list', 'nodes')}

To go on: a node that the node selector and affinity of its template allow, and whose taints it tolerates`,
  },
  {
    name: 'a Pod whose node is lost',
    may: team,
    yaml: pod('a'),
    waitMs: 1000,
    act: loseNode,
    ask: 'pod/a',
    expected: `Pod default/a: its containers run and are ready, and the Pod itself is not reported as ready
  └ Node node-0: how it stands is not known, as it may not be looked at

${cannot('get', 'nodes')}

To go on: ask as somebody who may get and list nodes`,
  },
  {
    name: 'a set whose claims may not be read, and that has none',
    may: ['pods', 'events', 'statefulsets.apps', 'controllerrevisions.apps'],
    yaml: set({ annotation: never }),
    waitMs: 4000,
    ask: 'sts/db',
    expected: `StatefulSet default/db: 0 of 3 Pods are ready; db-0 runs, but container main is not ready; db-1 waits until it is Running and Ready
  └ Pod default/db-0: container main runs and is not ready yet

${cannot('get', 'nodes')}

To go on: it gets ready when its annotations simulated.holdfast.dev/... say so`,
  },
  {
    name: 'a set that makes claims, which may not be read',
    may: ['pods', 'events', 'statefulsets.apps', 'controllerrevisions.apps'],
    yaml: set({ annotation: never, claims }),
    waitMs: 4000,
    ask: 'sts/db',
    expected: `StatefulSet default/db: 0 of 3 Pods are ready; what it waits for is not known, as persistentvolumeclaims may not be looked at

${cannotHere('list', 'persistentvolumeclaims')}

To go on: ask as somebody who may get and list persistentvolumeclaims in namespace default`,
  },
  {
    name: 'a set that has waited for long, whose claims may not be read',
    may: ['pods', 'events', 'statefulsets.apps', 'controllerrevisions.apps'],
    yaml: set({ annotation: never, claims }),
    waitMs: 60_000,
    ask: 'sts/db',
    expected: `StatefulSet default/db: 0 of 3 Pods are ready; it waits for Pod db-0: db-0 runs, but container main is not ready; db-1 waits until it is Running and Ready

${cannotHere('list', 'persistentvolumeclaims')}`,
  },
  {
    name: 'a Pod that is not there, while sets may not be read',
    may: ['pods'],
    yaml: set({ annotation: never }),
    waitMs: 1000,
    ask: 'pod/db-1',
    expected: `Pod default/db-1: it does not exist; whether a set is to make it is not known

${cannotHere('get', 'statefulsets', 'apps')}

To go on: ask as somebody who may get and list statefulsets.apps in namespace default`,
  },
  {
    name: 'a Pod whose set waits, and may not be read',
    may: ['pods', 'services'],
    yaml: `${headless}\n---\n${set({ annotation: never })}`,
    waitMs: 2000,
    ask: 'dns/db-0.db',
    expected: `dns default/db-0.db: it does not resolve: Pod db-0 is not ready, and Service db publishes only what is
  └ Pod default/db-0: container main runs and is not ready yet

${cannot('get', 'nodes')}
${cannotHere('list', 'events')}
${cannotHere('list', 'statefulsets', 'apps')}

To go on: it gets ready when its annotations simulated.holdfast.dev/... say so`,
  },
  {
    name: 'a name that may be of a namespace that may not be read',
    may: ['services'],
    ask: 'dns/a.b',
    expected: `dns default/a.b: whether it resolves is not known, as services may not be looked at

Could not look at services: User "bob" cannot get resource "services" in API group "" in the namespace "b"

To go on: ask as somebody who may get and list services in namespace b`,
  },
  {
    name: 'a ConfigMap, while Pods may not be read',
    may: ['configmaps'],
    yaml: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\n',
    ask: 'cm/settings',
    expected: `ConfigMap default/settings: it is there; which Pods use it is not known

${cannotHere('list', 'pods')}`,
  },
  {
    name: 'a Service, while Pods may not be read',
    may: ['services'],
    yaml: headless,
    waitMs: 500,
    ask: 'svc/db',
    expected: `Service default/db: what it waits for is not known, as pods may not be looked at

${cannotHere('list', 'pods')}

To go on: ask as somebody who may get and list pods in namespace default`,
  },
  {
    name: 'an autoscaler whose target may not be read',
    may: ['horizontalpodautoscalers.autoscaling'],
    yaml: `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, maxReplicas: 9 }
`,
    waitMs: 2000,
    ask: 'hpa/web',
    expected: `HorizontalPodAutoscaler default/web: it does not scale Deployment web: the HPA controller was unable to get the target's current scale: deployments.apps "web" not found
  └ Deployment default/web: how it stands is not known, as it may not be looked at

${cannotHere('list', 'deployments', 'apps')}

To go on: ask as somebody who may get and list deployments.apps in namespace default`,
  },
  {
    name: 'a Deployment whose ReplicaSets and Pods may not be read',
    may: ['deployments.apps'],
    yaml: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { replicas: 1, selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: c, image: "x:1" }] } } }
`,
    waitMs: 2000,
    ask: 'deploy/web',
    expected: `Deployment default/web: what it waits for is not known, as replicasets.apps may not be looked at

${cannotHere('list', 'replicasets', 'apps')}

To go on: ask as somebody who may get and list replicasets.apps in namespace default`,
  },
];
