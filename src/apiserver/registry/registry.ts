import type { AdmissionHook } from '../../api/admission.js';
import type { FieldError } from '../../api/field-error.js';
import type { FieldValidation, UserInfo } from '../../api/resource-api.js';
import type { Clock } from '../../lib/clock.js';
import type { Logger } from '../../lib/log.js';
import type { Random } from '../../lib/random.js';
import type { Store } from '../../store/store.js';
import type { Authorizer } from '../auth/authorizer.js';
import type { Quotas } from '../quota/quotas.js';
import type { ServiceAddresses } from '../service-ip/service-addresses.js';
import type { AccountTokens } from '../tokens/account-tokens.js';
import type { ComponentHealth } from './component-status.js';
import type { KeyLocks } from './key-locks.js';
import type { ResourceTable } from './resources.js';

/** What the operations on resources work with; they know nothing of HTTP. */
export interface Registry {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly resources: ResourceTable;
  readonly locks: KeyLocks;
  readonly hooks: readonly AdmissionHook[];
  readonly services: ServiceAddresses;
  readonly quotas: Quotas;
  readonly authorizer: Authorizer;
  /** The tokens of ServiceAccounts. */
  readonly tokens: AccountTokens;
  /** Whether a Pod's ServiceAccount has to be there, and gives the Pod its token. */
  readonly accountsRequired: boolean;
  /** How the parts of the control plane do that are not the server itself. */
  readonly components: () => readonly ComponentHealth[];
}

/** A write on its way: where it goes, who writes, and how. */
export interface Write {
  readonly registry: Registry;
  readonly user: UserInfo;
  readonly dryRun: boolean;
  /** Under whose name the fields that are written are kept in `metadata.managedFields`. */
  readonly manager: string;
  /** Server-side apply only: take over what others own. */
  readonly force?: boolean;
  /** Receives each warning that the client shows. */
  readonly warn: (message: string) => void;
  /** Given for bodies from outside: what becomes of unknown fields. In process the compiler has seen to that. */
  readonly fieldValidation?: FieldValidation;
  /** Required fields that the body lacks, to be reported with everything else that is wrong. */
  readonly missing?: readonly FieldError[];
}

/** The clock's time as Kubernetes writes it into objects: RFC 3339, whole seconds. */
export function timestamp(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19)}Z`;
}
