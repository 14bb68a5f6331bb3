import type { Secret, ServiceAccount } from '../../api/generated/core-v1.js';

/** Gives a Secret what it lacks: the token, the certificate, the namespace. */
export interface FillSecret {
  readonly type: 'fill';
  readonly secret: Secret;
  readonly account: ServiceAccount;
  readonly certificate: string | undefined;
}

/** Removes a Secret whose account is gone. */
export interface DeleteSecret {
  readonly type: 'delete';
  readonly secret: Secret;
}

/** The writes of this controller. */
export type TokenSecretAction = FillSecret | DeleteSecret;

/** Names an action in a log line or an error. */
export function describeAction({ type, secret }: TokenSecretAction): string {
  return `${type} Secret ${secret.metadata?.namespace}/${secret.metadata?.name}`;
}
