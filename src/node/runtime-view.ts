import type { Clock } from '../lib/clock.js';
import { messageOf } from '../lib/errors.js';
import { type Known, known, unknown } from '../lib/known.js';
import type { Logger } from '../lib/log.js';
import type {
  ContainerDetails,
  ContainerInfo,
  ContainerRuntime,
  SandboxInfo,
} from './cri/container-runtime.js';
import { isRuntimeNotFound } from './cri/runtime-error.js';
import type { ContainerFact, RuntimeFacts, SandboxFact } from './facts.js';
import { labels } from './pod/labels.js';
import { containerFact, identities, type KnownPod, newestFirst } from './runtime-facts.js';

/** What the view needs. */
export interface RuntimeViewOptions {
  readonly runtime: ContainerRuntime;
  readonly clock: Clock;
  readonly log: Logger;
  /** Reads the last words of a container that has ended. */
  readonly lastWords: (container: ContainerInfo, details: ContainerDetails) => Promise<string>;
  /** Whether something is being stopped, so that looking often pays. */
  readonly isExpecting: () => boolean;
  /** Told of Pods about which something changed; of all, when the runtime came or went. */
  readonly onChange: (pods: readonly KnownPod[] | 'all') => void;
}

const RELAXED_MS = 1000;
const EXPECTING_MS = 200;
/** The CRI learns of an end a moment after containerd tells of it. */
const ECHOES_MS = [25, 150];
const nothing: RuntimeFacts = { sandboxes: [], containers: [] };

/**
 * What the runtime has, for each Pod. It lists all of it now and then, at once when containerd tells of an end, and after each step of
 * ours; details are asked only for what changed.
 */
export class RuntimeView implements AsyncDisposable {
  readonly #options: RuntimeViewOptions;
  readonly #closing = new AbortController();
  readonly #details = new Map<string, { readonly phase: string; readonly fact: ContainerFact }>();
  readonly #addresses = new Map<string, readonly string[]>();
  #pods = new Map<string, { readonly facts: RuntimeFacts; readonly who: KnownPod; readonly mark: string }>();
  #failure: string | undefined = 'it has not answered yet';
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #loop: Promise<void> | undefined;
  #stopEvents: () => void = () => {};

  constructor(options: RuntimeViewOptions) {
    this.#options = options;
  }

  /** Starts to look. */
  start(): void {
    this.#loop = this.#poll();
    this.#stopEvents = this.#options.runtime.onTaskEvent(() => this.#onTaskEvent());
  }

  /** What the runtime has of a Pod. */
  factsOf(uid: string): Known<RuntimeFacts> {
    if (this.#failure !== undefined) return unknown(this.#failure);
    return known(this.#pods.get(uid)?.facts ?? nothing);
  }

  /** Every Pod of which the runtime has anything. */
  pods(): readonly KnownPod[] {
    return [...this.#pods.values()].map(({ who }) => who);
  }

  /** The container that `kubectl` means by name: the newest, or the one before it. */
  container(uid: string, name: string, previous = false): ContainerFact | undefined {
    const all = this.#pods.get(uid)?.facts.containers.filter((container) => container.name === name);
    return all?.[previous ? 1 : 0];
  }

  /** Looks again; resolves after a look that began after this call. */
  refresh(): Promise<void> {
    if (this.#running === undefined) return this.#begin();
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      return this.#begin();
    });
    return this.#next;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#stopEvents();
    await this.#loop;
  }

  #begin(): Promise<void> {
    this.#running = this.#look().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #poll(): Promise<void> {
    const { clock, isExpecting } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await this.refresh();
      await clock.sleep(isExpecting() ? EXPECTING_MS : RELAXED_MS, signal).catch(() => {});
    }
  }

  #onTaskEvent(): void {
    void this.refresh();
    for (const echoMs of ECHOES_MS) {
      this.#options.clock.after(echoMs, () => {
        if (!this.#closing.signal.aborted) void this.refresh();
      });
    }
  }

  async #look(): Promise<void> {
    const { runtime, log } = this.#options;
    try {
      const [sandboxes, containers] = await Promise.all([runtime.listSandboxes(), runtime.listContainers()]);
      await this.#take(sandboxes, containers);
      if (this.#failure === undefined) return;
      this.#failure = undefined;
      this.#options.onChange('all');
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      const isNew = this.#failure === undefined;
      this.#failure = messageOf(error);
      if (!isNew) return;
      log.warn('the container runtime does not answer', { why: this.#failure });
      this.#options.onChange('all');
    }
  }

  async #take(sandboxes: readonly SandboxInfo[], containers: readonly ContainerInfo[]): Promise<void> {
    const uids = new Map<string, string>(sandboxes.map(({ id, podUid }) => [id, podUid]));
    const sandboxFacts = await Promise.all(sandboxes.map((sandbox) => this.#sandboxFact(sandbox)));
    const containerFacts = await Promise.all(containers.map((container) => this.#containerFact(container)));
    const before = this.#pods;
    const after: typeof before = new Map();
    for (const who of identities(sandboxes, containers)) {
      const facts = {
        sandboxes: newestFirst(sandboxFacts.filter(({ id }) => uids.get(id) === who.uid)),
        containers: newestFirst(
          containerFacts
            .filter((fact) => fact !== undefined)
            .filter(({ uid }) => uid === who.uid)
            .map(({ fact }) => fact),
        ),
      };
      const running =
        facts.containers.some(({ phase }) => phase === 'running') ||
        facts.sandboxes.some(({ ready }) => ready);
      after.set(who.uid, { facts, who: { ...who, running }, mark: JSON.stringify(facts) });
    }
    this.#pods = after;
    this.#forget(sandboxes, containers);
    const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
      (uid) => before.get(uid)?.mark !== after.get(uid)?.mark,
    );
    const known = changed
      .map((uid) => (after.get(uid) ?? before.get(uid))?.who)
      .filter((who) => who !== undefined);
    if (known.length > 0) this.#options.onChange(known);
  }

  async #sandboxFact({ id, attempt, ready, createdAtMs }: SandboxInfo): Promise<SandboxFact> {
    return { id, attempt, ready, createdAtMs, addresses: ready ? await this.#addressesOf(id) : [] };
  }

  async #addressesOf(id: string): Promise<readonly string[]> {
    const cached = this.#addresses.get(id);
    if (cached !== undefined) return cached;
    const addresses = await this.#options.runtime.sandboxAddresses(id).catch(absent);
    if (addresses === undefined || addresses.length === 0) return [];
    this.#addresses.set(id, addresses);
    return addresses;
  }

  async #containerFact(
    info: ContainerInfo,
  ): Promise<{ readonly uid: string; readonly fact: ContainerFact } | undefined> {
    const uid = info.labels[labels.podUid] ?? '';
    const cached = this.#details.get(info.id);
    if (cached?.phase === info.phase) return { uid, fact: cached.fact };
    const details = await this.#options.runtime.containerDetails(info.id).catch(absent);
    if (details === undefined) return undefined;
    const message =
      details.phase === 'exited' ? await this.#options.lastWords(info, details) : details.message;
    const fact = containerFact(info, { ...details, message });
    this.#details.set(info.id, { phase: details.phase, fact });
    return { uid, fact };
  }

  #forget(sandboxes: readonly SandboxInfo[], containers: readonly ContainerInfo[]): void {
    const ids = new Set([...sandboxes, ...containers].map(({ id }) => id));
    for (const map of [this.#details, this.#addresses]) {
      for (const id of map.keys()) if (!ids.has(id)) map.delete(id);
    }
  }
}

/** What was listed a moment ago may be gone by now. */
function absent(error: unknown): undefined {
  if (!isRuntimeNotFound(error)) throw error;
}
