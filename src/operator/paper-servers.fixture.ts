import type { Clock } from '../lib/clock.js';
import { type Deferred, deferred } from '../lib/deferred.js';
import { ModelCluster } from './model.fixture.js';
import {
  type CloneProgress,
  type ServerFacts,
  SqlError,
  type SqlPort,
  type SqlStep,
  type SqlTarget,
} from './sql/port.js';
import { freshServer, podOf } from './world.fixture.js';

/** A Pod as far as its server is concerned. */
export interface ServedPod {
  readonly ordinal: number;
  readonly shown: { readonly ready: boolean; readonly reason: string; readonly message: string } | undefined;
}

/** What paper servers need; `podOf` finds the Pod with a uid. */
export interface PaperServersOptions {
  readonly size: number;
  readonly clock: Clock;
  readonly podOf: (uid: string) => ServedPod | undefined;
}

/** Milliseconds that one moment of the model takes. */
const momentMs = 50;

/** The model's servers behind the operator's SQL port, with the mishaps that a test gives them. */
export class PaperServers implements SqlPort {
  readonly model: ModelCluster;
  /** While true, clones that were begun get no further. */
  holdsClones = false;
  /** What a clone that is asked how far it is says. */
  progressOfClones: CloneProgress = { doneBytes: 0, totalBytes: 1 };
  /** Why every clone fails. */
  cloneFailure: string | undefined;
  readonly #options: PaperServersOptions;
  readonly #troubles = new Map<number, SqlError>();
  readonly #changes = new Map<number, Partial<ServerFacts>>();
  readonly #clones = new Map<number, Deferred<void>>();
  #isOver = false;

  constructor(options: PaperServersOptions) {
    this.model = new ModelCluster(options.size);
    this.#options = options;
    this.#next();
  }

  /** Every look at this member's server fails so. */
  fail(ordinal: number, failure: 'unreachable' | 'denied', message: string): void {
    this.#troubles.set(ordinal, new SqlError(failure, failure === 'denied' ? 1045 : 0, message));
  }

  /** What this member's server says differs so from what the model has. */
  change(ordinal: number, facts: Partial<ServerFacts>): void {
    this.#changes.set(ordinal, facts);
  }

  async inspect(target: SqlTarget): Promise<ServerFacts> {
    const { ordinal } = this.#find(target);
    const trouble = this.#troubles.get(ordinal);
    if (trouble !== undefined) throw trouble;
    const found = this.model.inspect(ordinal);
    if (found.kind === 'unreachable') throw new SqlError('unreachable', 0, found.why);
    if (found.kind === 'answered') return { ...found.server, ...this.#changes.get(ordinal) };
    if (target.user !== 'root') throw new SqlError('denied', 1045, `Access denied for user '${target.user}'`);
    return freshServer(ordinal, this.#changes.get(ordinal));
  }

  async run(target: SqlTarget, step: SqlStep): Promise<void> {
    const { ordinal } = this.#find(target);
    if (step.kind !== 'clone') {
      this.model.perform({ kind: 'sql', pod: podOf(ordinal), as: 'operator', step });
      return;
    }
    if (this.cloneFailure !== undefined) throw new SqlError('refused', 3862, this.cloneFailure);
    this.model.perform({ kind: 'beginClone', pod: podOf(ordinal), step });
    const end = deferred();
    this.#clones.set(ordinal, end);
    await end.promise;
  }

  async progress(): Promise<CloneProgress> {
    return this.progressOfClones;
  }

  forget(): void {}

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    for (const end of this.#clones.values()) end.resolve();
  }

  #find({ id }: SqlTarget): ServedPod {
    const pod = this.#options.podOf(id.replace(/\/root$/, ''));
    if (pod === undefined) throw new SqlError('unreachable', 0, 'the Pod is gone');
    const member = this.model.members[pod.ordinal];
    if (member !== undefined) member.shown = pod.shown && { ...pod.shown };
    return pod;
  }

  #next(): void {
    this.#options.clock.after(momentMs, () => {
      if (this.#isOver) return;
      const cloning = this.model.members.some(({ cloneLeft }) => cloneLeft > 0);
      if (!(cloning && this.holdsClones)) this.model.tick();
      for (const [ordinal, end] of this.#clones) {
        if ((this.model.members[ordinal]?.cloneLeft ?? 0) > 0) continue;
        this.#clones.delete(ordinal);
        end.resolve();
      }
      this.#next();
    });
  }
}
