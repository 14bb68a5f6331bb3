import type { AdmissionAnswer, AdmissionHook, AdmissionRequest } from '../../api/admission.js';
import type { FeatureGates } from '../../api/feature-gates.js';
import { invalidValue } from '../../api/field-error.js';
import type { StatefulSet, StatefulSetUpdateStrategy } from '../../api/generated/apps-v1.js';
import { kinds } from '../../api/kinds.js';
import type { KubeObject } from '../../api/kube-object.js';
import { invalid } from '../../api/status-error.js';

/** Fields of StatefulSets that exist only when their gate is on, handled as Kubernetes handles them. */
export function statefulSetGates(gates: FeatureGates): AdmissionHook {
  return {
    name: 'StatefulSetFeatureGates',
    matches: ({ kind, operation, subresource }) =>
      kind.group === 'apps' &&
      kind.kind === 'StatefulSet' &&
      operation !== 'DELETE' &&
      subresource === undefined,
    admit: async (request) => admitSet(gates, request),
  };
}

function admitSet(gates: FeatureGates, request: AdmissionRequest): AdmissionAnswer {
  const { object, oldObject } = request;
  if (object === undefined) return {};
  const strategy = strategyOf(object);
  if (strategy?.type === 'Recreate' && !gates.StatefulSetRecreateStrategy)
    throw recreateIsOff(request.name, strategy);
  if (strategy?.rollingUpdate === undefined) return {};
  const { maxUnavailable } = strategy.rollingUpdate;
  if (gates.MaxUnavailableStatefulSet) {
    return maxUnavailable === undefined ? { object: withMaxUnavailable(object, strategy, 1) } : {};
  }
  // What was stored while the gate was on may stay; the controller does not look at it.
  if (maxUnavailable === undefined || usesMaxUnavailable(oldObject)) return {};
  const warning =
    'spec.updateStrategy.rollingUpdate.maxUnavailable: dropped, since feature gate MaxUnavailableStatefulSet is off, as in Kubernetes 1.36; one Pod is replaced at a time';
  return { object: withMaxUnavailable(object, strategy, undefined), warnings: [warning] };
}

function recreateIsOff(name: string, strategy: StatefulSetUpdateStrategy): Error {
  const detail =
    "must be 'RollingUpdate' or 'OnDelete'; 'Recreate' needs feature gate StatefulSetRecreateStrategy, which is off";
  return invalid(kinds.StatefulSet, name, [invalidValue('spec.updateStrategy', strategy, detail)]);
}

function strategyOf(object: StatefulSet | undefined): StatefulSetUpdateStrategy | undefined {
  return object?.spec?.updateStrategy;
}

function usesMaxUnavailable(object: KubeObject | undefined): boolean {
  return strategyOf(object)?.rollingUpdate?.maxUnavailable !== undefined;
}

function withMaxUnavailable(
  set: StatefulSet,
  strategy: StatefulSetUpdateStrategy,
  maxUnavailable: number | undefined,
): StatefulSet {
  const { maxUnavailable: _before, ...rest } = strategy.rollingUpdate ?? {};
  const rollingUpdate = maxUnavailable === undefined ? rest : { ...rest, maxUnavailable };
  const { spec } = set;
  return spec === undefined
    ? set
    : { ...set, spec: { ...spec, updateStrategy: { ...strategy, rollingUpdate } } };
}
