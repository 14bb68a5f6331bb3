import type {
  Container,
  Node,
  NodeSpec,
  PersistentVolumeClaim,
  Pod,
  PodSpec,
  PodStatus,
} from '../../api/generated/core-v1.js';
import type { ObjectMeta } from '../../api/generated/meta-v1.js';
import { ClusterView } from './cluster-view.js';
import type { SchedulerFacts } from './facts.js';
import { planScheduling, type SchedulingPlan } from './plan.js';

/** The time at which tests plan: an hour after their Pods were made. */
export const now = new Date('2026-01-01T01:00:00Z');

/** What a test's cluster is made of, in the order in which it came to be. */
export interface World extends Partial<Omit<SchedulerFacts, 'view'>> {
  readonly nodes?: readonly Node[];
  /** Pods that are on nodes, or promised one. */
  readonly pods?: readonly Pod[];
  readonly namespaces?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What a test says of a node besides its name. */
export interface NodeParts {
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec?: NodeSpec;
  readonly allocatable?: Readonly<Record<string, string>>;
  readonly ready?: boolean;
}

/** A node with two cores and room for three Pods. */
export function node(name = 'node-0', parts: NodeParts = {}): Node {
  const { labels = {}, spec = {}, allocatable = {}, ready = true } = parts;
  return {
    metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
    spec,
    status: {
      allocatable: { cpu: '2', memory: '4Gi', pods: '3', ...allocatable },
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    },
  };
}

/** A node in a zone. */
export function inZone(name: string, zone: string, parts: NodeParts = {}): Node {
  return node(name, { ...parts, labels: { 'topology.kubernetes.io/zone': zone, ...parts.labels } });
}

/** A container that asks for this much cpu. */
export function container(cpu: string, extra: Partial<Container> = {}): Container {
  return { name: 'c', resources: { requests: { cpu } }, ...extra };
}

/** What a test says of a Pod besides its spec. */
export interface PodParts {
  readonly metadata?: ObjectMeta;
  readonly status?: PodStatus;
}

/** A Pod that asks for half a core. */
export function pod(name: string, spec: Partial<PodSpec> = {}, { metadata, status }: PodParts = {}): Pod {
  return {
    metadata: {
      name,
      namespace: 'default',
      uid: name,
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...metadata,
    },
    spec: { containers: [container('500m')], ...spec },
    ...(status === undefined ? {} : { status }),
  };
}

/** A Pod on a node, with labels. */
export function on(
  nodeName: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
  spec: Partial<PodSpec> = {},
): Pod {
  return pod(
    name,
    { nodeName, containers: [container('1m')], ...spec },
    { metadata: { name, namespace: 'default', labels } },
  );
}

/** The claim `data` of class `late`. */
export function claim(extra: Partial<PersistentVolumeClaim> = {}): PersistentVolumeClaim {
  return { metadata: { name: 'data', namespace: 'default' }, spec: { storageClassName: 'late' }, ...extra };
}

/** The view of a test's cluster. */
export function viewOf({ nodes = [node()], pods = [], namespaces = {} }: World): ClusterView {
  const view = new ClusterView();
  for (const [name, labels] of Object.entries(namespaces)) view.setNamespace(name, labels);
  for (const one of nodes) view.setNode(one);
  for (const one of pods) view.setPod(one);
  return view;
}

/** Everything that a plan is made from. */
export function factsOf(world: World): SchedulerFacts {
  const { nodes: _nodes, pods: _pods, namespaces: _namespaces, ...given } = world;
  return {
    pod: pod('p'),
    view: viewOf(world),
    claims: [],
    volumes: [],
    classes: [],
    budgets: [],
    tieBreak: 0,
    ...given,
  };
}

/** Plans for a test's cluster. */
export function plan(world: World): SchedulingPlan {
  return planScheduling(factsOf(world), now);
}

/** The node that a plan binds the Pod to; undefined when it does not. */
export function placeIn(world: World): string | undefined {
  const action = plan(world).actions.find(({ type }) => type === 'bind');
  return action?.type === 'bind' ? action.nodeName : undefined;
}

/** What a plan says of why the Pod has no place. */
export function whyNot(world: World): string | undefined {
  return plan(world).waitingFor?.message;
}
