import { semanticEqual } from '../deep.js';
import { type FieldError, forbidden, invalidValue } from '../field-error.js';
import type { Container, NodeSelectorTerm, Pod, PodSpec, Toleration } from '../generated/core-v1.js';
import { qosClassOf } from '../qos.js';
import { changedFields, each } from './common.js';
import { validatePodSpec } from './pod-spec.js';

/** A new Pod. */
export function validatePod(pod: Pod): FieldError[] {
  const ephemeral = pod.spec?.ephemeralContainers ?? [];
  return [
    ...validatePodSpec('spec', pod.spec, { template: false }),
    ...(ephemeral.length > 0 ? [forbidden('spec.ephemeralContainers', 'cannot be set on create')] : []),
    ...(pod.spec?.nodeName && (pod.spec.schedulingGates ?? []).length > 0
      ? [forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared')]
      : []),
  ];
}

const mayChange =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,' +
  '`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),' +
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

function withImagesOf(
  containers: readonly Container[] | undefined,
  old: readonly Container[] | undefined,
): readonly Container[] | undefined {
  return containers?.map((container, index) => ({ ...container, image: old?.[index]?.image }));
}

/** The new spec with everything that may change put back. */
function withoutAllowedChanges(spec: PodSpec, old: PodSpec): PodSpec {
  const wasNegative = (old.terminationGracePeriodSeconds ?? 0) < 0;
  const grace = wasNegative && spec.terminationGracePeriodSeconds === 1;
  return {
    ...spec,
    containers: withImagesOf(spec.containers, old.containers) ?? [],
    initContainers: withImagesOf(spec.initContainers, old.initContainers),
    activeDeadlineSeconds: old.activeDeadlineSeconds,
    tolerations: old.tolerations,
    ...(grace && { terminationGracePeriodSeconds: old.terminationGracePeriodSeconds }),
    schedulingGates: old.schedulingGates,
  };
}

function validateDeadline(deadline: number | undefined, old: number | undefined): FieldError[] {
  const path = 'spec.activeDeadlineSeconds';
  if (old === undefined || old === null) return [];
  if (deadline === undefined || deadline === null) {
    return [invalidValue(path, null, 'must not update from a positive integer to nil value')];
  }
  return deadline > old ? [invalidValue(path, deadline, 'must be less than or equal to previous value')] : [];
}

function validateAddedTolerations(
  tolerations: readonly Toleration[],
  old: readonly Toleration[],
): FieldError[] {
  const plain = ({ key, operator, value, effect }: Toleration): object => ({ key, operator, value, effect });
  const kept = old.every((before) => tolerations.some((after) => semanticEqual(plain(before), plain(after))));
  return kept
    ? []
    : [forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')];
}

function validateCounts(spec: PodSpec, old: PodSpec): FieldError[] {
  const message = 'pod updates may not add or remove containers';
  return (['containers', 'initContainers'] as const)
    .filter((name) => (spec[name] ?? []).length !== (old[name] ?? []).length)
    .map((name) => forbidden(`spec.${name}`, message));
}

function validateGates(spec: PodSpec, old: PodSpec): FieldError[] {
  const before = new Set((old.schedulingGates ?? []).map((gate) => gate.name));
  return each('spec.schedulingGates', spec.schedulingGates, (at, { name }) =>
    before.has(name)
      ? []
      : [forbidden(`${at}.name`, `only deletion is allowed, but found new scheduling gate '${name}'`)],
  );
}

/** While a Pod waits for its gates, where it may go can still be narrowed. */
function validateNarrowing(spec: PodSpec, old: PodSpec): FieldError[] {
  const kept = Object.entries(old.nodeSelector ?? {}).every(
    ([key, value]) => spec.nodeSelector?.[key] === value,
  );
  const path = 'spec.nodeSelector';
  const message = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
  return [
    ...(kept ? [] : [invalidValue(path, spec.nodeSelector ?? null, message)]),
    ...validateNarrowerAffinity(spec, old),
  ];
}

function isLonger(list: readonly unknown[] = [], old: readonly unknown[] = []): boolean {
  return semanticEqual(list.slice(0, old.length), old);
}

function validateNarrowerAffinity(spec: PodSpec, old: PodSpec): FieldError[] {
  const path = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
  const termsOf = ({ affinity }: PodSpec): readonly NodeSelectorTerm[] =>
    affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const [terms, before] = [termsOf(spec), termsOf(old)];
  if (before.length === 0) return [];
  if (terms.length !== before.length) {
    const message = 'no additions/deletions to non-empty NodeSelectorTerms list are allowed';
    return [invalidValue(path, terms, message)];
  }
  return each(path, before, (at, term, index) => {
    const now = terms[index];
    const empty = !term.matchExpressions?.length && !term.matchFields?.length;
    const fits =
      isLonger(now?.matchExpressions, term.matchExpressions) &&
      isLonger(now?.matchFields, term.matchFields) &&
      (!empty || semanticEqual(now, term));
    return fits ? [] : [invalidValue(at, now, 'only additions are allowed (no mutations or deletions)')];
  });
}

/** What a waiting Pod may change, put back. */
function withoutNarrowing(spec: PodSpec, old: PodSpec): PodSpec {
  const { nodeAffinity: _mine, ...others } = spec.affinity ?? {};
  const nodeAffinity = old.affinity?.nodeAffinity;
  const bare = old.affinity === undefined && Object.keys(others).length === 0;
  return {
    ...spec,
    nodeSelector: old.nodeSelector,
    affinity: bare ? undefined : { ...others, ...(nodeAffinity && { nodeAffinity }) },
  };
}

/** A change of a Pod. Binding goes its own way: here `spec.nodeName` may not change. */
export function validatePodUpdate(pod: Pod, old: Pod): FieldError[] {
  const spec = pod.spec ?? { containers: [] };
  const before = old.spec ?? { containers: [] };
  const counts = validateCounts(spec, before);
  if (counts.length > 0) return counts;
  const gated = (before.schedulingGates ?? []).length > 0;
  const errors = [
    ...validatePodSpec('spec', spec, { template: false }),
    ...validateDeadline(spec.activeDeadlineSeconds, before.activeDeadlineSeconds),
    ...validateAddedTolerations(spec.tolerations ?? [], before.tolerations ?? []),
    ...validateGates(spec, before),
    ...(gated ? validateNarrowing(spec, before) : []),
  ];
  if (qosClassOf(pod) !== qosClassOf(old))
    errors.push(invalidValue('metadata', pod.status?.qosClass ?? '', 'Pod QoS is immutable'));
  const allowed = withoutAllowedChanges(spec, before);
  const rest = gated ? withoutNarrowing(allowed, before) : allowed;
  if (!semanticEqual(rest, before)) {
    errors.push(forbidden('spec', [mayChange, ...changedFields(before, rest)].join('\n')));
  }
  return errors;
}
