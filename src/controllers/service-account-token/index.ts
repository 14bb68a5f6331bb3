import type { ControllerDeps } from '../../reconcile/deps.js';
import { startReconciler } from '../../reconcile/driver.js';
import type { Running } from '../../reconcile/running.js';
import { describeAction } from './actions.js';
import type { Filling } from './contents.js';
import { observe, openCaches, sources } from './observe.js';
import { perform } from './perform.js';
import { planTokenSecret } from './plan.js';

/** Who signs the tokens, and the certificate that lies beside them, PEM. */
export interface TokenSecretOptions {
  readonly sign: Filling['sign'];
  readonly rootCertificate: Promise<string> | undefined;
}

/** Starts the controller of Secrets that hold a ServiceAccount's token. */
export function startServiceAccountToken(
  { client, clock, log }: ControllerDeps,
  { sign, rootCertificate }: TokenSecretOptions,
): Running {
  const caches = openCaches(client);
  const reconciler = {
    name: 'service-account-token',
    observe: (key: string) => observe(caches, key, rootCertificate),
    plan: planTokenSecret,
    perform: (action: Parameters<typeof perform>[1]) => perform({ client, sign }, action),
  };
  return startReconciler({ reconciler, sources: sources(caches), clock, log, describeAction });
}
