import type { Pod, Toleration } from '../../api/generated/core-v1.js';
import type { BuiltIn } from './built-in.js';

/** How long a Pod stays on a node that is not ready or cannot be reached, unless it says otherwise. */
const tolerationSeconds = 300;

const conditions = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'] as const;

function tolerates({ key, effect }: Toleration, condition: string): boolean {
  const everyKey = key === undefined || key === '';
  const everyEffect = effect === undefined || effect === '';
  return (everyKey || key === condition) && (everyEffect || effect === 'NoExecute');
}

function admitPod(pod: Pod): Pod {
  const { spec } = pod;
  if (spec === undefined) return pod;
  const given = spec.tolerations ?? [];
  const added = conditions
    .filter((condition) => !given.some((toleration) => tolerates(toleration, condition)))
    .map((key): Toleration => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds }));
  const account = spec.serviceAccountName || spec.serviceAccount || 'default';
  return {
    ...pod,
    spec: {
      ...spec,
      serviceAccountName: account,
      serviceAccount: account,
      tolerations: [...given, ...added],
    },
  };
}

/** The name of the ServiceAccount, and the tolerations that every Pod has. */
export const podDefaults: BuiltIn = {
  name: 'PodDefaults',
  matches: ({ operation, kind, subresource }) =>
    operation === 'CREATE' && kind.group === '' && kind.kind === 'Pod' && subresource === undefined,
  admit: (_registry, { object }) => object && admitPod(object),
};
