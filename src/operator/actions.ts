import type { StatefulSet } from '../api/generated/apps-v1.js';
import type { Pod } from '../api/generated/core-v1.js';
import type { StateRecord } from './facts.js';
import type { SqlStep } from './sql/port.js';
import type { MemberState } from './states.js';

/** One write of the operator. */
export type OperatorAction =
  /** Makes the Secret with fresh passwords; never replaces one. */
  | { readonly kind: 'createAccountsSecret'; readonly set: StatefulSet }
  | { readonly kind: 'record'; readonly set: StatefulSet; readonly record: StateRecord }
  /** A procedure on a member's server; `as` says whose login. */
  | { readonly kind: 'sql'; readonly pod: Pod; readonly as: 'root' | 'operator'; readonly step: SqlStep }
  /** Begins a CLONE and does not wait for it: its end brings the set back into the queue. */
  | { readonly kind: 'beginClone'; readonly pod: Pod; readonly step: Extract<SqlStep, { kind: 'clone' }> }
  /** Says by an Event why a set that looks like MySQL is left alone. */
  | { readonly kind: 'explain'; readonly set: StatefulSet; readonly why: string }
  /** Shows a member's state in its Pod condition and, when it is new, in an Event. */
  | {
      readonly kind: 'show';
      readonly pod: Pod;
      readonly state: MemberState;
      readonly ready: boolean;
      readonly message: string;
    };
