import type { Pod, PodAffinity, PodAffinityTerm, TopologySpreadConstraint } from './generated/core-v1.js';
import type { LabelSelector, LabelSelectorRequirement } from './generated/meta-v1.js';

type Labels = Readonly<Record<string, string>>;

interface Keyed {
  readonly labelSelector?: LabelSelector | undefined;
  readonly matchLabelKeys?: readonly string[] | undefined;
  readonly mismatchLabelKeys?: readonly string[] | undefined;
}

/**
 * A new Pod with the values of its `matchLabelKeys` and `mismatchLabelKeys`, of its affinities and its spreading, in the
 * selectors beside them: that is where users and schedulers find them. Keys that it has no label of are left out.
 */
export function withLabelKeysMerged(pod: Pod): Pod {
  const { spec, metadata } = pod;
  if (spec === undefined) return pod;
  const labels = metadata?.labels ?? {};
  const { affinity, topologySpreadConstraints } = spec;
  return {
    ...pod,
    spec: {
      ...spec,
      ...(affinity && {
        affinity: {
          ...affinity,
          ...(affinity.podAffinity && { podAffinity: mergedAffinity(affinity.podAffinity, labels) }),
          ...(affinity.podAntiAffinity && {
            podAntiAffinity: mergedAffinity(affinity.podAntiAffinity, labels),
          }),
        },
      }),
      ...(topologySpreadConstraints && {
        topologySpreadConstraints: topologySpreadConstraints.map(
          (one): TopologySpreadConstraint => merged(one, labels),
        ),
      }),
    },
  };
}

function mergedAffinity(affinity: PodAffinity, labels: Labels): PodAffinity {
  const {
    requiredDuringSchedulingIgnoredDuringExecution: needed,
    preferredDuringSchedulingIgnoredDuringExecution: preferred,
  } = affinity;
  const term = (one: PodAffinityTerm): PodAffinityTerm => merged(one, labels);
  return {
    ...affinity,
    ...(needed && { requiredDuringSchedulingIgnoredDuringExecution: needed.map(term) }),
    ...(preferred && {
      preferredDuringSchedulingIgnoredDuringExecution: preferred.map((one) => ({
        ...one,
        podAffinityTerm: term(one.podAffinityTerm),
      })),
    }),
  };
}

function merged<T extends Keyed>(rule: T, labels: Labels): T {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = rule;
  const more = [
    ...requirements(matchLabelKeys, 'In', labels),
    ...requirements(mismatchLabelKeys, 'NotIn', labels),
  ];
  if (labelSelector === undefined || more.length === 0) return rule;
  const matchExpressions = [...(labelSelector.matchExpressions ?? []), ...more];
  return { ...rule, labelSelector: { ...labelSelector, matchExpressions } };
}

function requirements(
  keys: readonly string[],
  operator: 'In' | 'NotIn',
  labels: Labels,
): LabelSelectorRequirement[] {
  return keys.flatMap((key) => {
    const value = labels[key];
    return value === undefined ? [] : [{ key, operator, values: [value] }];
  });
}
