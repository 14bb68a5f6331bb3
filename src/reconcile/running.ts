import type { Waiting } from './contract.js';
import type { QueueFigures } from './queue-figures.js';

/** A reconciler at work, under its one driver. */
export interface Running extends AsyncDisposable {
  readonly name: string;
  /** Resolves when no key is queued or worked on; keys that wait for their time do not count. */
  idle(): Promise<void>;
  /** What each waiting key waits for. */
  waiting(): ReadonlyMap<string, Waiting>;
  /** What its queue has done so far. */
  figures?(): QueueFigures;
  /** Takes no more keys and waits for the passes that run. */
  stop(): Promise<void>;
}
