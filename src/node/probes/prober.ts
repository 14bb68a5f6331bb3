import type { Container, Pod, Probe } from '../../api/generated/core-v1.js';
import { timeoutSignal } from '../../lib/abort.js';
import type { Clock } from '../../lib/clock.js';
import type { Random } from '../../lib/random.js';
import type { ProbeFacts } from '../facts.js';
import { ask, type Finding, type HandlerDeps } from './handlers.js';

type ProbeKind = 'startup' | 'readiness' | 'liveness';

/** One container to probe. */
export interface ProbeRequest {
  readonly pod: Pod;
  readonly container: Container;
  readonly id: string;
  readonly address: string;
  readonly startedAtMs: number;
  readonly initial: { readonly started: boolean; readonly ready: boolean };
}

/** What probing needs. */
export interface ProberOptions extends HandlerDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** Told of each failure, as events are. */
  readonly onFailure: (request: ProbeRequest, kind: ProbeKind, finding: Finding) => void;
  /** Told when what is believed of a container changed. */
  readonly onChange: (podUid: string) => void;
}

interface Probed {
  readonly request: ProbeRequest;
  readonly stop: AbortController;
  facts: ProbeFacts;
}

/** How often in a row the same answer came. */
interface ProbeRun {
  inRow: number;
  last: boolean | undefined;
}

const words: Readonly<Record<ProbeKind, string>> = {
  startup: 'Startup',
  readiness: 'Readiness',
  liveness: 'Liveness',
};

/** The first word of an `Unhealthy` event. */
export function probeWord(kind: ProbeKind): string {
  return words[kind];
}

/** Probes running containers, each probe on a beat of its own, and keeps what is believed of them. */
export class Prober {
  readonly #options: ProberOptions;
  readonly #probed = new Map<string, Probed>();
  readonly #loops = new Set<Promise<void>>();

  constructor(options: ProberOptions) {
    this.#options = options;
  }

  /** Starts the probes of a container; asking again changes nothing. */
  start(request: ProbeRequest): void {
    if (this.#probed.has(request.id)) return;
    const { startupProbe, readinessProbe } = request.container;
    const facts: ProbeFacts = {
      startup: startupProbe === undefined || request.initial.started ? true : undefined,
      readiness: readinessProbe === undefined ? undefined : request.initial.ready,
    };
    const probed: Probed = { request, stop: new AbortController(), facts };
    this.#probed.set(request.id, probed);
    const loop = this.#probe(probed);
    this.#loops.add(loop);
    void loop.finally(() => this.#loops.delete(loop));
  }

  stop(id: string): void {
    this.#probed.get(id)?.stop.abort();
    this.#probed.delete(id);
  }

  /** What is believed of the containers of a Pod, by container id. */
  factsOf(podUid: string): ReadonlyMap<string, ProbeFacts> {
    const result = new Map<string, ProbeFacts>();
    for (const [id, { request, facts }] of this.#probed)
      if (request.pod.metadata?.uid === podUid) result.set(id, facts);
    return result;
  }

  async close(): Promise<void> {
    for (const { stop } of this.#probed.values()) stop.abort();
    this.#probed.clear();
    await Promise.all(this.#loops);
  }

  /** Liveness and readiness wait until the container has started. */
  async #probe(probed: Probed): Promise<void> {
    const { startupProbe, readinessProbe, livenessProbe } = probed.request.container;
    try {
      if (startupProbe !== undefined && probed.facts.startup !== true)
        await this.#repeat(probed, 'startup', startupProbe);
      if (probed.facts.startup === false) return;
      const after: Promise<void>[] = [];
      if (readinessProbe !== undefined) after.push(this.#repeat(probed, 'readiness', readinessProbe));
      if (livenessProbe !== undefined) after.push(this.#repeat(probed, 'liveness', livenessProbe));
      await Promise.all(after);
    } catch (error) {
      if (!probed.stop.signal.aborted) throw error;
    }
  }

  /**
   * Asks again and again. A startup probe ends with its first success. One that condemns its container asks no more: what a
   * container says while it is being killed would hide the reason.
   */
  async #repeat(probed: Probed, kind: ProbeKind, probe: Probe): Promise<void> {
    const { clock } = this.#options;
    const { signal } = probed.stop;
    const firstMs = probed.request.startedAtMs + (probe.initialDelaySeconds ?? 0) * 1000;
    await clock.sleep(Math.max(0, firstMs - clock.now()), signal);
    const run: ProbeRun = { inRow: 0, last: undefined };
    while (!signal.aborted) {
      await this.#round(probed, { kind, probe }, run);
      if (kind === 'startup' && probed.facts.startup === true) return;
      if (kind !== 'readiness' && probed.facts[kind] === false) return;
      await clock.sleep((probe.periodSeconds ?? 10) * 1000, signal);
    }
  }

  async #round(
    probed: Probed,
    { kind, probe }: { readonly kind: ProbeKind; readonly probe: Probe },
    run: ProbeRun,
  ): Promise<void> {
    const finding = await this.#askOnce(probed, probe);
    probed.stop.signal.throwIfAborted();
    run.inRow = finding.ok === run.last ? run.inRow + 1 : 1;
    run.last = finding.ok;
    if (!finding.ok) this.#options.onFailure(probed.request, kind, finding);
    const needed = finding.ok ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3);
    if (run.inRow >= needed) this.#believe(probed, kind, finding.ok);
  }

  async #askOnce({ request, stop }: Probed, probe: Probe): Promise<Finding> {
    const { clock } = this.#options;
    const timeoutSeconds = probe.timeoutSeconds ?? 1;
    using signal = timeoutSignal(clock, timeoutSeconds * 1000, stop.signal);
    return await ask(probe, request, { ...this.#options, timeoutSeconds, signal });
  }

  #believe(probed: Probed, kind: ProbeKind, ok: boolean): void {
    if (probed.facts[kind] === ok) return;
    probed.facts = { ...probed.facts, [kind]: ok };
    const uid = probed.request.pod.metadata?.uid;
    if (uid !== undefined) this.#options.onChange(uid);
  }
}
