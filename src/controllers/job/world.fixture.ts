import type { Job, JobSpec } from '../../api/generated/batch-v1.js';
import type { Pod, PodStatus } from '../../api/generated/core-v1.js';
import type { Plan } from '../../reconcile/contract.js';
import type { JobAction } from './actions.js';
import { finishOf } from './conditions.js';
import type { PodEnd } from './facts.js';
import { planJob } from './plan.js';
import { endOf, indexAnnotation, isTracked, trackingFinalizer } from './tracking.js';

/** When every test begins. */
export const start = new Date('2026-01-01T00:00:00Z');

/** A Job as the API server would store it; `spec` replaces what differs. */
export function newJob(spec: Partial<JobSpec> = {}): Job {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'work', namespace: 'default', uid: 'job-1', generation: 1 },
    spec: {
      completions: 1,
      parallelism: 1,
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      suspend: false,
      podReplacementPolicy: spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed',
      selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': 'job-1' } },
      template: templateOf('Never'),
      ...spec,
    },
    status: {},
  };
}

/** A Pod template with a restart policy. */
export function templateOf(restartPolicy: string): JobSpec['template'] {
  return {
    metadata: { labels: { 'batch.kubernetes.io/controller-uid': 'job-1' } },
    spec: { restartPolicy, containers: [{ name: 'c', image: 'c' }] },
  };
}

/** What may happen to a Pod. */
export type Fate = 'run' | 'succeed' | 'fail' | 'fail-42' | 'restart' | 'delete' | 'gone';

/** A cluster of one Job, in memory: it applies what a plan says at once, and lets Pods meet their fates. */
export class World {
  job: Job;
  now = start;
  readonly pods = new Map<string, Pod>();
  readonly ends = new Map<string, PodEnd>();
  /** The Pods that the Job let go after they had ended, by how they did; `stopped` had not ended by themselves. */
  readonly ended = { succeeded: 0, failed: 0, stopped: 0 };
  /** Indexes of the Pods that succeeded. */
  readonly indexes = new Set<string>();
  #made = 0;

  constructor(job: Job = newJob()) {
    this.job = job;
  }

  /** Names of the Pods that may still do work. */
  active(): readonly string[] {
    return [...this.pods].filter(([, pod]) => isActive(pod)).map(([name]) => name);
  }

  get finished(): boolean {
    return finishOf(this.job) !== undefined;
  }

  /** Changes the spec as a user would. */
  edit(spec: Partial<JobSpec>): void {
    this.job = { ...this.job, spec: { template: {}, ...this.job.spec, ...spec } };
  }

  /** Lets seconds pass. */
  wait(seconds: number): void {
    this.now = new Date(this.now.getTime() + seconds * 1000);
  }

  plan(): Plan<JobAction> {
    const pods = [...this.pods.values()];
    for (const pod of pods) {
      const end = endOf(this.job, pod);
      const discarded = pod.metadata?.deletionTimestamp !== undefined && !isTracked(pod);
      if (end !== undefined && !discarded) this.ends.set(end.uid, end);
    }
    return planJob({ job: this.job, pods, strays: [], ends: [...this.ends.values()] }, this.now);
  }

  /** One pass; what it cannot finish, a crash takes: only the first `atMost` actions are performed. */
  pass(atMost = Number.POSITIVE_INFINITY): Plan<JobAction> {
    const plan = this.plan();
    for (const action of plan.actions.slice(0, atMost)) this.#apply(action);
    return plan;
  }

  /** Passes until nothing is planned; gives all the actions. */
  settle(): readonly JobAction[] {
    const all: JobAction[] = [];
    for (let round = 0; round < 30; round += 1) {
      const { actions } = this.pass();
      if (actions.length === 0) return all;
      all.push(...actions);
    }
    throw new Error('it never comes to rest');
  }

  /** Lets something happen to a Pod. */
  fate(name: string, fate: Fate): void {
    const pod = this.pods.get(name);
    if (pod === undefined) return;
    if (fate === 'delete') this.#delete(name, pod);
    else if (fate === 'gone') this.#stop(name, pod);
    else if (isActive(pod)) this.pods.set(name, { ...pod, status: this.#status(pod, fate) });
  }

  #status(pod: Pod, fate: Fate): PodStatus {
    const before = pod.status?.containerStatuses?.[0]?.restartCount ?? 0;
    const base = { name: 'c', image: 'c', imageID: 'c', ready: false, restartCount: before };
    if (fate === 'run') return { phase: 'Running', containerStatuses: [base] };
    if (fate === 'restart') {
      return { phase: 'Running', containerStatuses: [{ ...base, restartCount: before + 1 }] };
    }
    const exitCode = fate === 'fail-42' ? 42 : 1;
    const terminated = { exitCode: fate === 'succeed' ? 0 : exitCode, finishedAt: this.now.toISOString() };
    return {
      phase: fate === 'succeed' ? 'Succeeded' : 'Failed',
      containerStatuses: [{ ...base, state: { terminated } }],
    };
  }

  #delete(name: string, pod: Pod): void {
    const { finalizers = [] } = pod.metadata ?? {};
    if (isOver(pod) && finalizers.length === 0) this.pods.delete(name);
    else if (pod.metadata?.deletionTimestamp === undefined) {
      const metadata = { ...pod.metadata, deletionTimestamp: this.now.toISOString() };
      this.pods.set(name, { ...pod, metadata });
    }
  }

  /** The node has stopped a Pod that is being deleted. */
  #stop(name: string, pod: Pod): void {
    if (pod.metadata?.deletionTimestamp === undefined) return;
    if ((pod.metadata.finalizers ?? []).length === 0) this.pods.delete(name);
    else if (!isOver(pod)) this.pods.set(name, { ...pod, status: this.#status(pod, 'fail') });
  }

  #apply(action: JobAction): void {
    switch (action.type) {
      case 'createPod':
        this.#create(action.pod);
        return;
      case 'deletePod': {
        const name = action.pod.metadata?.name ?? '';
        const pod = this.pods.get(name);
        if (pod !== undefined) this.#delete(name, action.uncounted ? this.#untrack(name, pod) : pod);
        return;
      }
      case 'untrackPod': {
        const name = action.pod.metadata?.name ?? '';
        const pod = this.pods.get(name);
        if (pod === undefined) return;
        this.#noteEnd(pod);
        this.#untrack(name, pod);
        if (isOver(pod) && pod.metadata?.deletionTimestamp !== undefined) this.pods.delete(name);
        return;
      }
      case 'updateStatus':
        this.job = { ...this.job, status: action.status };
        return;
      default:
        return;
    }
  }

  #create(pod: Pod): void {
    this.#made += 1;
    const name = `${pod.metadata?.generateName}${this.#made}`;
    const metadata = { ...pod.metadata, name, uid: `uid-${name}`, creationTimestamp: this.now.toISOString() };
    const spec = { containers: [], ...pod.spec, nodeName: 'node-0' };
    this.pods.set(name, { ...pod, metadata, spec, status: { phase: 'Pending' } });
  }

  #noteEnd(pod: Pod): void {
    if (!isTracked(pod)) return;
    if (pod.status?.phase === 'Succeeded') {
      this.ended.succeeded += 1;
      this.indexes.add(pod.metadata?.annotations?.[indexAnnotation] ?? '');
    } else if (pod.status?.phase === 'Failed') this.ended.failed += 1;
    else this.ended.stopped += 1;
  }

  #untrack(name: string, pod: Pod): Pod {
    const finalizers = (pod.metadata?.finalizers ?? []).filter((other) => other !== trackingFinalizer);
    const freed = { ...pod, metadata: { ...pod.metadata, finalizers } };
    this.pods.set(name, freed);
    return freed;
  }
}

function isOver(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

function isActive(pod: Pod): boolean {
  return !isOver(pod) && pod.metadata?.deletionTimestamp === undefined;
}
