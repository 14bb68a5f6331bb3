import type { ControllerRevision, DaemonSet, DaemonSetSpec } from '../../api/generated/apps-v1.js';
import type { Node, Pod, Taint } from '../../api/generated/core-v1.js';
import { isPodFinished, isTerminating } from '../../api/pods.js';
import type { Plan } from '../../reconcile/contract.js';
import type { DaemonSetAction } from './actions.js';
import { nodeOf } from './daemon-pod.js';
import { FailureMemory } from './failure-memory.js';
import { planDaemonSet } from './plan.js';

/** What a DaemonSet of a test may differ in. */
export type SetOptions = Partial<DaemonSetSpec>;

/** A DaemonSet `agent` whose template has this image. */
export function daemonSet(options: SetOptions = {}, image = 'agent:1'): DaemonSet {
  const labels = { app: 'agent' };
  return {
    metadata: {
      name: 'agent',
      namespace: 'default',
      uid: 'ds',
      generation: 1,
      annotations: { 'deprecated.daemonset.template.generation': '1' },
    },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'c', image }] } },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      ...options,
    },
  };
}

/** A node; its taints as `key:effect`. */
export function node(
  name: string,
  taints: readonly string[] = [],
  labels: Record<string, string> = {},
): Node {
  const parsed = taints.map((text): Taint => {
    const [key = '', effect = ''] = text.split(':');
    return { key, effect };
  });
  return { metadata: { name, labels }, spec: { taints: parsed } };
}

/** What can happen to a Pod. */
export type Fate = 'bind' | 'ready' | 'unready' | 'fail' | 'succeed' | 'gone' | 'delete';

/** A DaemonSet with its nodes and Pods; actions are performed at once, fates are the test's. */
export class World {
  set: DaemonSet;
  now = new Date('2026-01-01T00:00:00Z');
  readonly nodes = new Map<string, Node>();
  readonly pods = new Map<string, Pod>();
  readonly revisions = new Map<string, ControllerRevision>();
  readonly failures = new FailureMemory();
  #made = 0;

  constructor(set: DaemonSet, nodes: readonly Node[]) {
    this.set = set;
    for (const each of nodes) this.nodes.set(each.metadata?.name ?? '', each);
  }

  pass(seconds: number): void {
    this.now = new Date(this.now.getTime() + seconds * 1000);
  }

  plan(): Plan<DaemonSetAction> {
    const { set, failures } = this;
    const [nodes, pods, revisions] = [
      [...this.nodes.values()],
      [...this.pods.values()],
      [...this.revisions.values()],
    ];
    return planDaemonSet({ set, nodes, pods, revisions, failures: failures.of(set) }, this.now);
  }

  /** One pass; of its actions at most so many are performed, as when the process ends in the middle. */
  step(atMost = Number.POSITIVE_INFINITY): readonly DaemonSetAction[] {
    const { actions } = this.plan();
    for (const action of actions.slice(0, atMost)) this.#apply(action);
    return actions;
  }

  /** Passes until nothing is planned; gives all the actions. */
  settle(): readonly DaemonSetAction[] {
    const all: DaemonSetAction[] = [];
    for (let round = 0; round < 30; round += 1) {
      const actions = this.step();
      if (actions.length === 0) return all;
      all.push(...actions);
    }
    throw new Error('it never comes to rest');
  }

  /** Another template or strategy. */
  edit(change: SetOptions): void {
    const { metadata, spec } = this.set;
    const generation = (metadata?.generation ?? 0) + 1;
    const templates = change.template === undefined ? {} : { annotations: this.#nextTemplate() };
    const before = spec ?? { selector: {}, template: {} };
    this.set = {
      ...this.set,
      metadata: { ...metadata, generation, ...templates },
      spec: { ...before, ...change },
    };
  }

  /** The template with another image. */
  image(image: string): void {
    const template = this.set.spec?.template;
    this.edit({ template: { ...template, spec: { containers: [{ name: 'c', image }] } } });
  }

  fate(name: string, fate: Fate): void {
    const pod = this.pods.get(name);
    if (pod === undefined) return;
    if (fate === 'gone') this.#stop(name, pod);
    else if (fate === 'delete') this.#delete(name, pod);
    else if (!isPodFinished(pod)) this.pods.set(name, this.#withFate(pod, fate));
  }

  /** Every living Pod becomes ready, and those on their way out are gone. */
  flourish(): void {
    for (const name of [...this.pods.keys()]) {
      this.fate(name, 'gone');
      this.fate(name, 'ready');
    }
  }

  /** The Pods that live, by node. */
  living(): ReadonlyMap<string, readonly Pod[]> {
    const byNode = new Map<string, readonly Pod[]>();
    for (const pod of this.pods.values()) {
      const on = nodeOf(pod) ?? '';
      if (!isTerminating(pod) && !isPodFinished(pod)) byNode.set(on, [...(byNode.get(on) ?? []), pod]);
    }
    return byNode;
  }

  #nextTemplate(): Record<string, string> {
    const key = 'deprecated.daemonset.template.generation';
    return { [key]: String(Number(this.set.metadata?.annotations?.[key] ?? 0) + 1) };
  }

  #withFate(pod: Pod, fate: Fate): Pod {
    const spec = { containers: [], ...pod.spec, nodeName: nodeOf(pod) ?? '' };
    if (fate === 'bind') return { ...pod, spec };
    if (fate === 'fail' || fate === 'succeed') {
      return { ...pod, spec, status: { phase: fate === 'fail' ? 'Failed' : 'Succeeded' } };
    }
    const status = fate === 'ready' ? 'True' : 'False';
    const before = pod.status?.conditions?.[0];
    const lastTransitionTime = before?.status === status ? before.lastTransitionTime : this.now.toISOString();
    return {
      ...pod,
      spec,
      status: { phase: 'Running', conditions: [{ type: 'Ready', status, lastTransitionTime }] },
    };
  }

  #stop(name: string, pod: Pod): void {
    if (isTerminating(pod)) this.pods.delete(name);
  }

  #delete(name: string, pod: Pod): void {
    // What never came to a node, or has ended there, is gone at once.
    if (!pod.spec?.nodeName || isPodFinished(pod)) this.pods.delete(name);
    else if (!isTerminating(pod)) {
      const metadata = { ...pod.metadata, deletionTimestamp: this.now.toISOString() };
      this.pods.set(name, { ...pod, metadata });
    }
  }

  #apply(action: DaemonSetAction): void {
    switch (action.type) {
      case 'createPod':
        this.#create(action.pod);
        return;
      case 'deletePod':
        if (action.cause === 'failed') this.failures.note(this.set, action.node, this.now.getTime());
        this.fate(action.pod.metadata?.name ?? '', 'delete');
        return;
      case 'createRevision':
      case 'renumberRevision': {
        const { revision } = action;
        const number = action.type === 'renumberRevision' ? action.number : revision.revision;
        this.revisions.set(revision.metadata?.name ?? '', { ...revision, revision: number });
        return;
      }
      case 'deleteRevision':
        this.revisions.delete(action.revision.metadata?.name ?? '');
        return;
      case 'updateStatus':
        this.set = { ...this.set, status: action.status };
        return;
      default:
        throw new Error(`the world has no ${action.type}`);
    }
  }

  #create(pod: Pod): void {
    this.#made += 1;
    const name = `${pod.metadata?.generateName}${this.#made}`;
    const metadata = { ...pod.metadata, name, uid: name, creationTimestamp: this.now.toISOString() };
    this.pods.set(name, { ...pod, metadata, status: { phase: 'Pending' } });
  }
}
