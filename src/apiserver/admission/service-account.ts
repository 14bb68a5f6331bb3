import type { AdmissionRequest } from '../../api/admission.js';
import type { Pod, PodSpec, ServiceAccount } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { forbidden, type StatusError } from '../../api/status-error.js';
import { deferred } from '../../lib/deferred.js';
import { decode } from '../registry/codec.js';
import type { Registry } from '../registry/registry.js';
import { forbiddenSecret } from './account-secrets.js';
import { withToken } from './account-volume.js';
import type { BuiltIn } from './built-in.js';

/** How long a Pod waits for the account `default` of its Namespace, which a controller makes right after it. */
const patienceMs = 1000;

function stored(registry: Registry, key: string): ServiceAccount | undefined {
  const entry = registry.store.get(key);
  return entry && decode(entry, kinds.ServiceAccount);
}

/** The account as soon as it is there; undefined when it does not come. */
async function expected(registry: Registry, key: string): Promise<ServiceAccount | undefined> {
  const { store, clock } = registry;
  const over = deferred();
  const watch = store.watch(key, store.revision, (change) => {
    if (change.entry?.key === key) over.resolve();
  });
  const timer = clock.after(patienceMs, over.resolve);
  await over.promise;
  watch.stop();
  timer.cancel();
  return stored(registry, key);
}

async function accountOf(registry: Registry, pod: Pod, spec: PodSpec): Promise<ServiceAccount> {
  const { namespace = '' } = pod.metadata ?? {};
  const name = spec.serviceAccountName ?? 'default';
  const key = `/registry/core/serviceaccounts/${namespace}/${name}`;
  const found = stored(registry, key) ?? (name === 'default' ? await expected(registry, key) : undefined);
  if (found !== undefined) return found;
  throw refused(
    pod,
    `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`,
  );
}

function refused({ metadata }: Pod, why: string): StatusError {
  return forbidden(kinds.Pod, metadata?.name ?? '', why);
}

/** The Pod's own word counts before its account's. */
function mountsToken(spec: PodSpec, account: ServiceAccount): boolean {
  return spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
}

async function admitPod(registry: Registry, pod: Pod): Promise<Pod> {
  const { spec } = pod;
  if (spec === undefined) return pod;
  const account = await accountOf(registry, pod, spec);
  const mounted = mountsToken(spec, account)
    ? withToken(spec, `kube-api-access-${registry.random.suffix(5)}`)
    : spec;
  const given = mounted.imagePullSecrets ?? [];
  const pulls = given.length > 0 ? given : (account.imagePullSecrets ?? []);
  const next =
    pulls.length > 0 ? { ...mounted, imagePullSecrets: pulls.map(({ name }) => ({ name })) } : mounted;
  const why = forbiddenSecret(next, account);
  if (why !== undefined) throw refused(pod, why);
  return { ...pod, spec: next };
}

function isNewPod({ operation, kind, subresource }: AdmissionRequest): boolean {
  return operation === 'CREATE' && kind.group === '' && kind.kind === 'Pod' && subresource === undefined;
}

/** A Pod runs as a ServiceAccount that is there, finds its token, and pulls with its Secrets. */
export const serviceAccount: BuiltIn = {
  name: 'ServiceAccount',
  matches: isNewPod,
  admit: (registry, { object }) =>
    object !== undefined && registry.accountsRequired ? admitPod(registry, object) : undefined,
};
