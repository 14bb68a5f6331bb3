import type { Pod, PodSpec } from '../../api/generated/core-v1.js';
import { isPodReady } from '../../api/pods.js';
import type { SimulatedAction } from './actions.js';
import type { PodDelays } from './facts.js';
import type { Sandbox } from './paper-runtime.js';
import { planSimulated } from './plan.js';

/** When the lives of tests begin. */
export const began = Date.parse('2026-01-01T00:00:00Z');

/** What is seen of a Pod from a time on, milliseconds after the beginning. */
export interface Sight {
  readonly atMs: number;
  /** `STATE restarts=N ready`, as kubectl's columns say it. */
  readonly seen: string;
}

/** A Pod with the fate that these annotations, named without their prefix, describe. */
export function podWith(fate: Readonly<Record<string, string>>, spec: Partial<PodSpec> = {}): Pod {
  const annotations = Object.fromEntries(
    Object.entries(fate).map(([key, value]) => [`simulated.holdfast.dev/${key}`, value]),
  );
  return {
    metadata: { name: 'p', namespace: 'default', uid: 'u', annotations },
    spec: { containers: [{ name: 'c', image: 'mysql:8' }], ...spec },
  };
}

/** How a life is followed. */
export interface Following {
  readonly untilMs: number;
  readonly defaults?: PodDelays;
  /** The node is started anew at these times, and knows nothing but what the API holds. */
  readonly forgetsAtMs?: readonly number[];
}

/** Lives a Pod's life by its plans, from one thing that happens to the next, and tells what is seen of it. */
export class PaperLife {
  readonly sights: Sight[] = [];
  readonly events: string[] = [];
  readonly defaults: PodDelays;
  #pod: Pod;
  #sandbox: Sandbox | undefined;
  #nowMs = 0;

  constructor(pod: Pod, { untilMs, defaults, forgetsAtMs = [] }: Following) {
    this.#pod = pod;
    this.defaults = defaults ?? { startMs: 0, readyMs: 0, stopMs: 0 };
    const forgets = forgetsAtMs.toSorted((a, b) => a - b);
    for (let steps = 0; this.#nowMs <= untilMs; steps += 1) {
      if (steps > 10_000) throw new Error('it does not come to rest');
      const nextMs = this.#step();
      const forgetMs = forgets[0];
      if (nextMs === undefined && forgetMs === undefined) return;
      if (forgetMs !== undefined && forgetMs <= (nextMs ?? Number.POSITIVE_INFINITY)) {
        forgets.shift();
        this.#sandbox = undefined;
        this.#nowMs = Math.max(this.#nowMs, forgetMs);
      } else if (nextMs !== undefined) this.#nowMs = nextMs;
    }
  }

  /** The Pod as it was in the end. */
  get pod(): Pod {
    return this.#pod;
  }

  /** Plans until nothing is left to do now; gives the time at which something will be. */
  #step(): number | undefined {
    for (let passes = 0; passes < 20; passes += 1) {
      const facts = {
        subject: 'pod',
        pod: this.#pod,
        sandbox: this.#sandbox,
        hostIP: '198.18.0.1',
        defaults: this.defaults,
        isLost: false,
      } as const;
      const { actions, lookAgainAfterMs } = planSimulated(facts, new Date(began + this.#nowMs));
      for (const action of actions) this.#perform(action);
      if (actions.length > 0) continue;
      if (lookAgainAfterMs === undefined) return undefined;
      if (lookAgainAfterMs <= 0) throw new Error(`it wants to look again after ${lookAgainAfterMs} ms`);
      return this.#nowMs + lookAgainAfterMs;
    }
    throw new Error(`it plans without end at ${this.#nowMs} ms`);
  }

  #perform(action: SimulatedAction): void {
    if (action.type === 'startSandbox') {
      const { life } = action;
      const createdAtMs = began + this.#nowMs;
      this.#sandbox = { podKey: 'default/p', ip: '10.244.0.2', createdAtMs, ...(life && { life }) };
    }
    if (action.type === 'restart' && this.#sandbox !== undefined)
      this.#sandbox = { ...this.#sandbox, life: action.life };
    if (action.type === 'tellBackOff') this.events.push(action.message);
    if (action.type !== 'setStatus') return;
    this.#pod = { ...this.#pod, status: action.status };
    const seen = seenOf(this.#pod);
    if (this.sights.at(-1)?.seen !== seen) this.sights.push({ atMs: this.#nowMs, seen });
  }
}

function seenOf(pod: Pod): string {
  const [status] = pod.status?.containerStatuses ?? [];
  const { waiting, terminated } = status?.state ?? {};
  const state = pod.status?.reason ?? waiting?.reason ?? terminated?.reason ?? pod.status?.phase ?? '';
  const restarts = status?.restartCount ?? 0;
  return `${state}${restarts === 0 ? '' : ` restarts=${restarts}`}${isPodReady(pod) ? ' ready' : ''}`;
}
