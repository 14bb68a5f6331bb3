/* A long file, since it is one model: what a cluster does with each of the controller's steps and of its users' edits. */
import { type FeatureGates, gatesWith } from '../../api/feature-gates.js';
import type { ControllerRevision, StatefulSet, StatefulSetSpec } from '../../api/generated/apps-v1.js';
import type { PersistentVolumeClaim, Pod } from '../../api/generated/core-v1.js';
import type { KubeObject } from '../../api/kube-object.js';
import { controllerOf, withOwnerReference, withoutOwnerReference } from '../../api/owner.js';
import { isPodReady, isTerminating, setPodCondition } from '../../api/pods.js';
import type { StatefulSetAction } from './actions.js';
import type { StatefulSetFacts } from './facts.js';
import { setReference } from './owner.js';
import { planStatefulSet } from './plan.js';

/** When every test begins. */
export const start = new Date('2026-01-01T00:00:00Z');

/** A set as the API server would store it; `spec` replaces what differs. */
export function newSet(spec: Partial<StatefulSetSpec> = {}): StatefulSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'web', namespace: 'default', uid: 'set-1', generation: 1 },
    spec: {
      replicas: 3,
      serviceName: 'web',
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      selector: { matchLabels: { app: 'web' } },
      template: templateOf('v1'),
      ...spec,
    },
  };
}

/** A Pod template with an image. */
export function templateOf(image: string): StatefulSetSpec['template'] {
  return { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image }] } };
}

/** A claim template. */
export function claimTemplate(name: string): PersistentVolumeClaim {
  return {
    metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  };
}

/** What may happen to a Pod. */
export type Fate = 'run' | 'ready' | 'unready' | 'fail' | 'succeed' | 'terminate' | 'vanish' | 'unlabel';

/** A cluster of one set, in memory: it applies what a plan says at once, and lets Pods meet their fates. */
export class World {
  set: StatefulSet;
  now = start;
  readonly gates: FeatureGates;
  readonly pods = new Map<string, Pod>();
  readonly claims = new Map<string, PersistentVolumeClaim>();
  readonly revisions = new Map<string, ControllerRevision>();
  #uids = 0;
  #sets = 1;
  /** Uids of Pods that never become ready, and of those whose node is gone. */
  readonly #stuck = new Set<string>();
  readonly #lost = new Set<string>();

  constructor(set: StatefulSet = newSet(), gates: Partial<FeatureGates> = {}) {
    this.set = set;
    this.gates = gatesWith(gates);
  }

  facts(): StatefulSetFacts {
    return {
      set: this.set,
      pods: [...this.pods.values()],
      claims: [...this.claims.values()],
      revisions: [...this.revisions.values()],
      gates: this.gates,
    };
  }

  /** Changes the spec as a user would. */
  edit(spec: Partial<StatefulSetSpec>): void {
    const { metadata } = this.set;
    this.set = {
      ...this.set,
      metadata: { ...metadata, generation: (metadata?.generation ?? 0) + 1 },
      spec: { ...this.set.spec, selector: {}, template: {}, ...this.set.spec, ...spec },
    };
  }

  /** Annotates the set as a user would. */
  annotate(annotations: Readonly<Record<string, string>>): void {
    this.set = { ...this.set, metadata: { ...this.set.metadata, annotations } };
  }

  /** A user deletes a Pod, and it goes. */
  kill(name: string): void {
    this.fate(name, 'terminate');
    this.fate(name, 'vanish');
  }

  /** One pass; `onAction` sees each action before it is applied. */
  pass(onAction: (action: StatefulSetAction) => void = () => undefined): ReturnType<typeof planStatefulSet> {
    const plan = planStatefulSet(this.facts(), this.now);
    for (const action of plan.actions) {
      onAction(action);
      this.apply(action);
    }
    return plan;
  }

  /** Names of the Pods, in order. */
  names(): readonly string[] {
    return [...this.pods.keys()].sort();
  }

  /** Lets time pass, milliseconds. */
  tick(ms: number): void {
    this.now = new Date(this.now.getTime() + ms);
  }

  /** The set was deleted and waits for its dependents. */
  get isGoing(): boolean {
    return this.set.metadata?.deletionTimestamp !== undefined;
  }

  /** The Pods that the set owns. */
  ownPods(): readonly Pod[] {
    const uid = this.set.metadata?.uid;
    return [...this.pods.values()].filter((pod) => controllerOf(pod)?.uid === uid);
  }

  /** This Pod will never become ready. */
  stick(name: string): void {
    this.#stuck.add(this.pods.get(name)?.metadata?.uid ?? '');
    this.fate(name, 'unready');
  }

  isStuck(pod: Pod): boolean {
    return this.#stuck.has(pod.metadata?.uid ?? '');
  }

  /** Its node is gone: the Pod is deleted, and nobody confirms its end. */
  lose(name: string): void {
    this.#lost.add(this.pods.get(name)?.metadata?.uid ?? '');
    this.fate(name, 'unready');
    this.fate(name, 'terminate');
  }

  isLost(pod: Pod): boolean {
    return this.#lost.has(pod.metadata?.uid ?? '');
  }

  /** Takes a Pod away without asking its node. */
  remove(name: string): void {
    this.pods.delete(name);
    this.collectGarbage();
  }

  relabel(name: string, app: string): void {
    const pod = this.pods.get(name);
    if (pod === undefined) return;
    const labels = { ...pod.metadata?.labels, app };
    this.pods.set(name, { ...pod, metadata: { ...pod.metadata, labels } });
  }

  /** A user deletes a claim: it goes at once, or when its Pod is gone. */
  deleteClaim(pick: number): boolean {
    const names = [...this.claims.keys()];
    const name = names[pick % Math.max(1, names.length)];
    const claim = name === undefined ? undefined : this.claims.get(name);
    if (name === undefined || claim === undefined) return false;
    const deletionTimestamp = this.now.toISOString();
    this.claims.set(name, { ...claim, metadata: { ...claim.metadata, deletionTimestamp } });
    this.collectGarbage();
    return true;
  }

  /** A user deletes the set and creates it again; in the foreground it first waits for its Pods. */
  deleteSet(how: 'orphan' | 'background' | 'foreground'): boolean {
    if (this.isGoing) return false;
    if (how === 'orphan') {
      const uid = this.set.metadata?.uid ?? '';
      orphan(this.pods, uid);
      orphan(this.claims, uid);
      orphan(this.revisions, uid);
    }
    if (how === 'foreground') {
      const deletionTimestamp = this.now.toISOString();
      this.set = { ...this.set, metadata: { ...this.set.metadata, deletionTimestamp } };
      for (const pod of this.ownPods()) this.fate(pod.metadata?.name ?? '', 'terminate');
    } else this.replaceSet();
    return true;
  }

  /** The set of the same name that comes after it. */
  replaceSet(): void {
    this.#sets += 1;
    const { spec, metadata } = this.set;
    const { name, namespace, annotations } = metadata ?? {};
    const { kind, apiVersion } = this.set;
    const fresh = { name, namespace, annotations, uid: `set-${this.#sets}`, generation: 1 };
    this.set = { apiVersion, kind, metadata: fresh, spec };
    this.collectGarbage();
  }

  /** What the garbage collector and the protection of claims do. */
  collectGarbage(): void {
    const living = new Set([
      this.set.metadata?.uid,
      ...[...this.pods.values()].map(({ metadata }) => metadata?.uid),
    ]);
    const isAbandoned = ({ metadata }: KubeObject): boolean => {
      const owners = metadata?.ownerReferences ?? [];
      return owners.length > 0 && owners.every(({ uid }) => !living.has(uid));
    };
    for (const [name, pod] of this.pods) if (isAbandoned(pod)) this.fate(name, 'terminate');
    for (const [name, revision] of this.revisions) if (isAbandoned(revision)) this.revisions.delete(name);
    for (const [name, claim] of this.claims) {
      const user = this.pods.get(name.replace(/^[^-]+-/, ''));
      const isInUse = user?.spec?.volumes !== undefined && user.status?.phase !== 'Pending';
      if ((isAbandoned(claim) || isTerminating(claim)) && !isInUse) this.claims.delete(name);
    }
  }

  /** Passes and good fates until nothing changes. */
  settle(limit = 200): void {
    for (let round = 0; round < limit; round += 1) {
      const plan = this.pass();
      const calm = [...this.pods.values()].every((pod) => !isTerminating(pod) && isPodReady(pod));
      for (const [name, pod] of this.pods) {
        this.fate(name, pod.metadata?.deletionTimestamp === undefined ? 'ready' : 'vanish');
      }
      if (plan.actions.length === 0 && calm) return;
    }
    throw new Error('the world did not settle');
  }

  fate(name: string, fate: Fate): void {
    const pod = this.pods.get(name);
    if (pod === undefined) return;
    if (fate === 'vanish') {
      if (pod.metadata?.deletionTimestamp !== undefined) this.pods.delete(name);
      return;
    }
    if (fate === 'terminate') {
      if (isTerminating(pod)) return;
      this.pods.set(name, {
        ...pod,
        metadata: { ...pod.metadata, deletionTimestamp: this.now.toISOString() },
      });
    } else if (fate === 'unlabel') {
      const { 'statefulset.kubernetes.io/pod-name': _gone, ...labels } = pod.metadata?.labels ?? {};
      this.pods.set(name, { ...pod, metadata: { ...pod.metadata, labels } });
    } else {
      this.pods.set(name, { ...pod, status: statusAfter(pod, fate, this.now) });
    }
  }

  apply(action: StatefulSetAction): void {
    if ('pod' in action) this.#applyToPod(action);
    else if ('claim' in action) this.#applyToClaim(action);
    else if ('revision' in action) this.#applyToRevision(action);
    else if (action.type === 'updateStatus') this.set = { ...this.set, status: action.status };
  }

  #applyToPod(action: Extract<StatefulSetAction, { readonly pod: Pod }>): void {
    const { pod } = action;
    const name = pod.metadata?.name ?? '';
    switch (action.type) {
      case 'createPod': {
        this.#uids += 1;
        const metadata = { ...pod.metadata, uid: `pod-${this.#uids}` };
        this.pods.set(name, { ...pod, metadata, status: { phase: 'Pending' } });
        return;
      }
      case 'deletePod':
        this.fate(name, 'terminate');
        return;
      case 'updatePod':
        this.pods.set(name, pod);
        return;
      case 'adoptPod':
        this.pods.set(name, this.#owned(pod));
        return;
      case 'releasePod': {
        const metadata = withoutOwnerReference(pod.metadata ?? {}, this.set.metadata?.uid ?? '');
        this.pods.set(name, { ...pod, metadata });
      }
    }
  }

  #applyToClaim(action: Extract<StatefulSetAction, { readonly claim: PersistentVolumeClaim }>): void {
    const { claim } = action;
    const changed =
      action.type === 'createClaim'
        ? claim
        : { ...claim, metadata: { ...claim.metadata, ownerReferences: action.owners } };
    this.claims.set(claim.metadata?.name ?? '', changed);
  }

  #applyToRevision(action: Extract<StatefulSetAction, { readonly revision: ControllerRevision }>): void {
    const { revision } = action;
    const name = revision.metadata?.name ?? '';
    if (action.type === 'deleteRevision') this.revisions.delete(name);
    else if (action.type === 'renumberRevision')
      this.revisions.set(name, { ...revision, revision: action.number });
    else this.revisions.set(name, action.type === 'adoptRevision' ? this.#owned(revision) : revision);
  }

  #owned<T extends KubeObject>(object: T): T {
    return { ...object, metadata: withOwnerReference(object.metadata ?? {}, setReference(this.set)) };
  }
}

/** The actions of a pass, as words; status and history writes are left out. */
export function words(plan: ReturnType<World['pass']>): readonly string[] {
  return plan.actions
    .filter(({ type }) => !['updateStatus', 'createRevision', 'tell'].includes(type))
    .map((action) => {
      const subject = 'pod' in action ? action.pod : 'claim' in action ? action.claim : undefined;
      return subject === undefined ? action.type : `${action.type} ${subject.metadata?.name}`;
    });
}

/** The image of a Pod's first container. */
export function imageOf(world: World, name: string): string | undefined {
  return world.pods.get(name)?.spec?.containers[0]?.image;
}

/** A world whose set has come up. */
export function settled(spec: Partial<StatefulSetSpec> = {}, gates: Partial<FeatureGates> = {}): World {
  const world = new World(newSet(spec), gates);
  world.settle();
  return world;
}

function orphan<T extends KubeObject>(objects: Map<string, T>, uid: string): void {
  for (const [name, object] of objects) {
    objects.set(name, { ...object, metadata: withoutOwnerReference(object.metadata ?? {}, uid) });
  }
}

function statusAfter(pod: Pod, fate: Fate, now: Date): Pod['status'] {
  const ended = pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded';
  if (ended) return pod.status;
  if (fate === 'fail' || fate === 'succeed') return { phase: fate === 'fail' ? 'Failed' : 'Succeeded' };
  if (fate === 'run') return { ...pod.status, phase: 'Running' };
  const status = fate === 'ready' ? 'True' : 'False';
  const phase = fate === 'ready' ? 'Running' : (pod.status?.phase ?? 'Pending');
  return setPodCondition(
    { ...pod.status, phase },
    { type: 'Ready', status, lastTransitionTime: now.toISOString() },
  );
}
