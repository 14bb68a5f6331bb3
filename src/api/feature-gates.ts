/** The Kubernetes feature gates that change something here, with the state that Kubernetes 1.36 gives them. */
export const featureGates = {
  MaxUnavailableStatefulSet: {
    default: false,
    stage: 'beta',
    what: 'rollingUpdate.maxUnavailable of StatefulSets',
  },
  PersistentVolumeClaimUnusedSinceTime: {
    default: false,
    stage: 'alpha',
    what: 'condition Unused of claims',
  },
  StatefulSetRecreateStrategy: {
    default: false,
    stage: 'alpha',
    what: 'updateStrategy Recreate of StatefulSets, and their condition Progressing (Kubernetes 1.37)',
  },
} as const;

/** The name of a known gate. */
export type FeatureGate = keyof typeof featureGates;

/** Whether each gate is on. */
export type FeatureGates = Readonly<Record<FeatureGate, boolean>>;

/** The names of all gates, in order. */
export const featureGateNames: readonly FeatureGate[] = Object.keys(featureGates)
  .filter(isFeatureGate)
  .sort();

/** Whether a gate of this name exists. */
export function isFeatureGate(name: string): name is FeatureGate {
  return Object.hasOwn(featureGates, name);
}

/** All gates: as Kubernetes has them, but for those that are given. */
export function gatesWith(given: Partial<FeatureGates> = {}): FeatureGates {
  return {
    MaxUnavailableStatefulSet: featureGates.MaxUnavailableStatefulSet.default,
    PersistentVolumeClaimUnusedSinceTime: featureGates.PersistentVolumeClaimUnusedSinceTime.default,
    StatefulSetRecreateStrategy: featureGates.StatefulSetRecreateStrategy.default,
    ...given,
  };
}

/** Text that does not set feature gates; the message says what is wrong with it. */
export class FeatureGateError extends Error {
  override readonly name = 'FeatureGateError';
}

/** Reads `NAME=true,NAME=false`, as Kubernetes' own flag is written; refuses names that mean nothing here. */
export function parseFeatureGates(text: string): Partial<FeatureGates> {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return Object.fromEntries(parts.map(parseGate));
}

function parseGate(part: string): readonly [FeatureGate, boolean] {
  const [name = '', value, ...more] = part.split('=');
  if (value === undefined || more.length > 0) {
    throw new FeatureGateError(`${JSON.stringify(part)}: write it as NAME=true or NAME=false`);
  }
  if (!isFeatureGate(name)) {
    throw new FeatureGateError(
      `there is no feature gate ${name} here; there are ${featureGateNames.join(', ')}`,
    );
  }
  if (!/^(true|false)$/i.test(value)) {
    throw new FeatureGateError(`feature gate ${name} is true or false, not ${JSON.stringify(value)}`);
  }
  return [name, value.toLowerCase() === 'true'];
}

/** The gates that are not as Kubernetes has them, as the flag is written; empty when all are. */
export function featureGatesText(gates: FeatureGates): string {
  return featureGateNames
    .filter((name) => gates[name] !== featureGates[name].default)
    .map((name) => `${name}=${gates[name]}`)
    .join(',');
}
