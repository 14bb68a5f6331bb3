import { semanticEqual } from '../deep.js';
import { type FieldError, forbidden, invalidValue } from '../field-error.js';
import type { Container, Pod, PodSpec, Toleration } from '../generated/core-v1.js';
import { changedFields } from './common.js';
import { validatePodSpec } from './pod-spec.js';

/** A new Pod. */
export function validatePod(pod: Pod): FieldError[] {
  const ephemeral = pod.spec?.ephemeralContainers ?? [];
  return [
    ...validatePodSpec('spec', pod.spec, { template: false }),
    ...(ephemeral.length > 0 ? [forbidden('spec.ephemeralContainers', 'cannot be set on create')] : []),
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
    ephemeralContainers: old.ephemeralContainers,
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
  const added = (spec.schedulingGates ?? []).filter((gate) => !before.has(gate.name));
  const names = added.map((gate) => `"${gate.name}"`).join(', ');
  if (added.length === 0) return [];
  return [
    forbidden('spec.schedulingGates', `only deletion is allowed, but found new scheduling gates [${names}]`),
  ];
}

/** A change of a Pod. Binding goes its own way: here `spec.nodeName` may not change. */
export function validatePodUpdate(pod: Pod, old: Pod): FieldError[] {
  const spec = pod.spec ?? { containers: [] };
  const before = old.spec ?? { containers: [] };
  const counts = validateCounts(spec, before);
  if (counts.length > 0) return counts;
  const errors = [
    ...validatePodSpec('spec', spec, { template: false }),
    ...validateDeadline(spec.activeDeadlineSeconds, before.activeDeadlineSeconds),
    ...validateAddedTolerations(spec.tolerations ?? [], before.tolerations ?? []),
    ...validateGates(spec, before),
  ];
  const rest = withoutAllowedChanges(spec, before);
  if (!semanticEqual(rest, before)) {
    errors.push(forbidden('spec', [mayChange, ...changedFields(before, rest)].join('\n')));
  }
  return errors;
}
