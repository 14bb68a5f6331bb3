import type { Container, PodSpec, ServiceAccount } from '../../api/generated/core-v1.js';

const annotation = 'kubernetes.io/enforce-mountable-secrets';
const truths = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);

function ofVolumes(
  { volumes = [] }: PodSpec,
  allowed: ReadonlySet<string>,
  rule: string,
): string | undefined {
  const found = volumes.find(({ secret }) => secret !== undefined && !allowed.has(secret.secretName ?? ''));
  return (
    found && `volume with secret.secretName="${found.secret?.secretName}" is not allowed because ${rule}`
  );
}

function ofContainer(
  { env = [], envFrom = [] }: Container,
  allowed: ReadonlySet<string>,
): { readonly where: string; readonly secret: string } | undefined {
  for (const { name, valueFrom } of env) {
    const secret = valueFrom?.secretKeyRef?.name;
    if (secret !== undefined && !allowed.has(secret)) return { where: `envVar ${name}`, secret };
  }
  for (const { secretRef } of envFrom) {
    const secret = secretRef?.name;
    if (secret !== undefined && !allowed.has(secret)) return { where: 'envFrom', secret };
  }
  return undefined;
}

function ofContainers(
  { initContainers = [], containers }: PodSpec,
  allowed: ReadonlySet<string>,
  rule: string,
): string | undefined {
  const all = [
    ...initContainers.map((container) => ['init container', container] as const),
    ...containers.map((container) => ['container', container] as const),
  ];
  for (const [word, container] of all) {
    const found = ofContainer(container, allowed);
    if (found === undefined) continue;
    return `${word} ${container.name} with ${found.where} referencing secret.secretName="${found.secret}" is not allowed because ${rule}`;
  }
  return undefined;
}

function ofPulls({ imagePullSecrets = [] }: PodSpec, account: ServiceAccount): string | undefined {
  const allowed = new Set((account.imagePullSecrets ?? []).map(({ name }) => name));
  const index = imagePullSecrets.findIndex(({ name }) => !allowed.has(name));
  const name = imagePullSecrets[index]?.name;
  if (name === undefined) return undefined;
  return `imagePullSecrets[${index}].name="${name}" is not allowed because service account ${account.metadata?.name} does not reference that imagePullSecret`;
}

/** Why a Pod may not use a Secret, for accounts whose annotation says that only those which they list may be used. */
export function forbiddenSecret(spec: PodSpec, account: ServiceAccount): string | undefined {
  if (!truths.has(account.metadata?.annotations?.[annotation] ?? '')) return undefined;
  const allowed = new Set((account.secrets ?? []).flatMap(({ name }) => name ?? []));
  const rule = `service account ${account.metadata?.name} does not reference that secret`;
  return ofVolumes(spec, allowed, rule) ?? ofContainers(spec, allowed, rule) ?? ofPulls(spec, account);
}
