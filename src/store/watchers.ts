import { messageOf } from '../lib/errors.js';
import type { Logger } from '../lib/log.js';
import type { Change, StoreWatch } from './store.js';

interface Watcher {
  readonly listener: (change: Change) => void;
  seenRevision: number;
}

/** Who listens to which prefix. */
export class Watchers {
  readonly #byPrefix = new Map<string, Set<Watcher>>();
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Adds a listener and tells it the past first. */
  add(prefix: string, past: readonly Change[], watcher: Watcher): StoreWatch {
    const group = this.#byPrefix.get(prefix) ?? new Set();
    this.#byPrefix.set(prefix, group.add(watcher));
    for (const change of past) {
      if (!group.has(watcher)) break;
      if (change.key.startsWith(prefix)) this.#tell(watcher, change);
    }
    return {
      stop: () => {
        group.delete(watcher);
        if (group.size === 0 && this.#byPrefix.get(prefix) === group) this.#byPrefix.delete(prefix);
      },
    };
  }

  /** Tells everyone whose prefix the change is under. */
  notify(change: Change): void {
    for (const [prefix, group] of this.#byPrefix) {
      if (!change.key.startsWith(prefix)) continue;
      for (const watcher of group) this.#tell(watcher, change);
    }
  }

  clear(): void {
    for (const group of this.#byPrefix.values()) group.clear();
    this.#byPrefix.clear();
  }

  #tell(watcher: Watcher, change: Change): void {
    // One who came while this very change was told has had it as the past.
    if (change.revision <= watcher.seenRevision) return;
    watcher.seenRevision = change.revision;
    try {
      watcher.listener(change);
    } catch (error) {
      this.#log.error('a watcher of the store failed', { key: change.key, why: messageOf(error), error });
    }
  }
}
