import type { Status, StatusDetails } from './generated/meta-v1.js';

/** A failure of the API: carries the Status that goes over the wire. */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly status: Status;

  constructor(status: Status, options?: ErrorOptions) {
    super(status.message ?? status.reason ?? 'unknown failure', options);
    this.status = status;
  }

  /** The HTTP code. */
  get code(): number {
    return this.status.code ?? 500;
  }

  /** Kubernetes' reason, e.g. `NotFound`; empty when there is none. */
  get reason(): string {
    return this.status.reason ?? '';
  }
}

/** What a failure is made of; `code` is the HTTP code. */
export interface FailureParts {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details?: StatusDetails;
  readonly cause?: unknown;
}

/** Builds a failure from its parts, for reasons that have no builder of their own. */
export function failure({ code, reason, message, details, cause }: FailureParts): StatusError {
  const status: Status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details === undefined ? {} : { details }),
    code,
  };
  return new StatusError(status, cause === undefined ? undefined : { cause });
}

/** Whether a failure says that there is no such object. */
export const isNotFound = (error: unknown): boolean => hasReason(error, 'NotFound');

/** Whether whoever asks may not do this. */
export const isForbidden = (error: unknown): boolean => error instanceof StatusError && error.code === 403;

/** Whether a write lost against another one. */
export const isConflict = (error: unknown): boolean => hasReason(error, 'Conflict');

/** Whether an object of that name was there already. */
export const isAlreadyExists = (error: unknown): boolean => hasReason(error, 'AlreadyExists');

/** Whether the object itself was refused. */
export const isInvalid = (error: unknown): boolean => hasReason(error, 'Invalid');

/** Whether a watch or a list asked for a revision that is gone. */
export const isExpired = (error: unknown): boolean => hasReason(error, 'Expired') || hasReason(error, 'Gone');

function hasReason(error: unknown, reason: string): boolean {
  return error instanceof StatusError && error.reason === reason;
}
