import { type FeatureGates, gatesWith } from '../../api/feature-gates.js';
import type { ControllerRevision, StatefulSet, StatefulSetSpec } from '../../api/generated/apps-v1.js';
import type { PersistentVolumeClaim, Pod } from '../../api/generated/core-v1.js';
import { withOwnerReference, withoutOwnerReference } from '../../api/owner.js';
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
    switch (action.type) {
      case 'createPod': {
        this.#uids += 1;
        const metadata = { ...action.pod.metadata, uid: `pod-${this.#uids}` };
        this.pods.set(metadata.name ?? '', { ...action.pod, metadata, status: { phase: 'Pending' } });
        return;
      }
      case 'deletePod':
        this.fate(action.pod.metadata?.name ?? '', 'terminate');
        return;
      case 'updatePod':
        this.pods.set(action.pod.metadata?.name ?? '', action.pod);
        return;
      case 'adoptPod':
      case 'releasePod': {
        const { pod } = action;
        const metadata =
          action.type === 'adoptPod'
            ? withOwnerReference(pod.metadata ?? {}, setReference(this.set))
            : withoutOwnerReference(pod.metadata ?? {}, this.set.metadata?.uid ?? '');
        this.pods.set(pod.metadata?.name ?? '', { ...pod, metadata });
        return;
      }
      case 'createClaim':
        this.claims.set(action.claim.metadata?.name ?? '', action.claim);
        return;
      case 'setClaimOwners': {
        const { claim, owners } = action;
        const metadata = { ...claim.metadata, ownerReferences: owners };
        this.claims.set(claim.metadata?.name ?? '', { ...claim, metadata });
        return;
      }
      case 'createRevision':
        this.revisions.set(action.revision.metadata?.name ?? '', action.revision);
        return;
      case 'renumberRevision':
        this.revisions.set(action.revision.metadata?.name ?? '', {
          ...action.revision,
          revision: action.number,
        });
        return;
      case 'deleteRevision':
        this.revisions.delete(action.revision.metadata?.name ?? '');
        return;
      case 'adoptRevision':
      case 'tell':
        return;
      case 'updateStatus':
        this.set = { ...this.set, status: action.status };
    }
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
