import type { Kubectl } from '../tools/kubectl.js';
import type { Machine } from '../tools/machine.js';

/** A Namespace of a situation's own, and what a user has there. */
export interface Place {
  readonly namespace: string;
  /** kubectl in that Namespace. */
  readonly kubectl: Kubectl;
  /** The command line. */
  readonly holdfast: Machine['holdfast'];
  /** Waits until an object is there and a JSONPath in it has a value, as `kubectl wait` does. */
  has(object: string, path: string, value?: string): Promise<void>;
  /** Waits until an Event with that reason tells of a Pod or claim. */
  told(name: string, reason: string): Promise<void>;
}

/** A question and all that is answered: the text but for what is random, and the exit code. */
export interface Step {
  /** Applied first. */
  readonly yaml?: string;
  /** Done next, with kubectl; it ends when the situation is there. */
  readonly act?: (at: Place) => Promise<unknown>;
  /** `KIND/NAME`. */
  readonly ask: string;
  readonly code: 0 | 1;
  /** The code of each link of the chain; asked for as JSON when it is given. */
  readonly reasons?: readonly string[];
  readonly answer: string;
}

/** Something that holds up Pods, claims or names on real containers, and mostly what lets them go on. */
export interface Situation {
  /** With the number of the pain of part F of the operators' paper, where it is one of those. */
  readonly name: string;
  /** Name of its Namespace. */
  readonly namespace: string;
  readonly steps: readonly Step[];
}
