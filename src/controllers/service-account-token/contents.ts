import type { Secret, ServiceAccount } from '../../api/generated/core-v1.js';

/** The type of Secrets that hold a token. */
export const tokenType = 'kubernetes.io/service-account-token';

const nameAnnotation = 'kubernetes.io/service-account.name';
const uidAnnotation = 'kubernetes.io/service-account.uid';

/** The name of the account that a Secret is for; '' when it does not say. */
export function accountName({ metadata }: Secret): string {
  return metadata?.annotations?.[nameAnnotation] ?? '';
}

/** Whether a Secret is for exactly this account: one that was made for an earlier account of the name is not. */
export function belongsTo({ metadata }: Secret, account: ServiceAccount): boolean {
  const uid = metadata?.annotations?.[uidAnnotation];
  return uid === undefined || uid === '' || uid === account.metadata?.uid;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** What a Secret lacks, and who can sign a token for it. */
export interface Filling {
  readonly account: ServiceAccount;
  readonly certificate: string | undefined;
  /** Signs a token that holds as long as the Secret. */
  sign(account: ServiceAccount, secret: Secret): string;
}

/** The Secret with everything that it has to hold; undefined when nothing is missing. What is there already stays, but for an old certificate. */
export function filled(secret: Secret, { account, certificate, sign }: Filling): Secret | undefined {
  const { data = {}, metadata } = secret;
  const ca = certificate === undefined ? data['ca.crt'] : base64(certificate);
  const whole = data['token'] && data['namespace'] && data['ca.crt'] === ca;
  if (whole && metadata?.annotations?.[uidAnnotation] === account.metadata?.uid) return undefined;
  return {
    ...secret,
    metadata: {
      ...metadata,
      annotations: { ...metadata?.annotations, [uidAnnotation]: account.metadata?.uid ?? '' },
    },
    data: {
      ...data,
      ...(ca !== undefined && { 'ca.crt': ca }),
      namespace: data['namespace'] || base64(metadata?.namespace ?? ''),
      token: data['token'] || base64(sign(account, secret)),
    },
  };
}
