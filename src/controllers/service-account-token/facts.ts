import type { Secret, ServiceAccount } from '../../api/generated/core-v1.js';

/** A Secret that is to hold a token, and the account that it names. */
export interface TokenSecretFacts {
  readonly secret: Secret;
  readonly account: ServiceAccount | undefined;
  /** The authority's certificate, PEM; undefined where there is none to give. */
  readonly certificate: string | undefined;
}
