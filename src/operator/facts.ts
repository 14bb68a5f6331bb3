import type { StatefulSet } from '../api/generated/apps-v1.js';
import type { Pod } from '../api/generated/core-v1.js';
import type { Known } from '../lib/known.js';
import type { Account, ServerFacts } from './sql/port.js';

/** What was recorded before it was acted on; it outlives Pods, set and operator with the claims. */
export interface StateRecord {
  /** The member that is the primary; of a plain set always ordinal 0. */
  readonly primary: string;
  /** Grows with every change of primary. */
  readonly epoch: number;
  /** server_uuid of the data that the primary served last; undefined before it ever served. */
  readonly primaryUuid: string | undefined;
  /** Members into which a clone was begun: they hold nothing of their own. */
  readonly cloned: readonly string[];
}

/** The operator's accounts in the servers of one set. */
export interface Accounts {
  readonly operator: Account;
  readonly replication: Account;
}

/** How a server answered: its facts, or how it did not. */
export type Inspection =
  | { readonly kind: 'answered'; readonly server: ServerFacts }
  /** Only root's first password opened it: the accounts must be made. */
  | { readonly kind: 'rootOnly' }
  | { readonly kind: 'denied'; readonly why: string }
  | { readonly kind: 'unreachable'; readonly why: string };

/** A CLONE that this operator has under way or saw fail. */
export interface CloneAttempt {
  readonly running: boolean;
  /** The member that is copied. */
  readonly donor: string;
  readonly failure: string | undefined;
  /** Milliseconds since the epoch when it failed. */
  readonly failedAtMs: number | undefined;
}

/** One member of the set, by ordinal. */
export interface MemberFacts {
  readonly ordinal: number;
  readonly name: string;
  readonly pod: Pod | undefined;
  /** undefined while there is no container to ask. */
  readonly inspection: Inspection | undefined;
  readonly attempt: CloneAttempt | undefined;
}

/** Everything that one pass over a set looks at. */
export interface SetFacts {
  readonly set: StatefulSet;
  readonly members: readonly MemberFacts[];
  readonly record: Known<StateRecord | undefined>;
  readonly accounts: Known<Accounts | undefined>;
  readonly service: { readonly name: string; readonly exists: boolean; readonly headless: boolean };
  /** Whether a directory that only the image declares as a volume outlives a container restart here. */
  readonly imageVolumesSurvive: boolean;
}

/** A set that is left alone although it looks like MySQL; `told` when its Event was sent already. */
export interface RefusedSet {
  readonly refused: StatefulSet;
  readonly why: string;
  readonly told: boolean;
}
