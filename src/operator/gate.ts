import type { AdmissionHook } from '../api/admission.js';
import type { StatefulSet } from '../api/generated/apps-v1.js';
import type { Pod } from '../api/generated/core-v1.js';
import type { KubeObject } from '../api/kube-object.js';
import { eligibilityOf } from './eligibility.js';
import { READY_CONDITION } from './names.js';

/** Finds the set that owns a Pod; undefined when there is none. */
export type SetLookup = (namespace: string, name: string, uid: string) => StatefulSet | undefined;

/**
 * Adds the operator's readiness gate to the Pods of replicated sets when they are created, so that the set stays as it
 * was applied and a member is Ready only when it serves (KEP-580, Pod ready++).
 */
export function readinessGateHook(findSet: SetLookup): AdmissionHook {
  return {
    name: 'mysql-readiness-gate',
    matches: ({ operation, kind, subresource }) =>
      operation === 'CREATE' && kind.kind === 'Pod' && kind.group === '' && subresource === undefined,
    admit: async ({ object, namespace }) => {
      if (object === undefined || !isPod(object)) return {};
      const owner = object.metadata?.ownerReferences?.find((reference) => reference.controller);
      if (owner?.kind !== 'StatefulSet') return {};
      const set = findSet(namespace ?? '', owner.name, owner.uid);
      if (set === undefined || !eligibilityOf(set).eligible) return {};
      return { object: withGate(object) };
    },
  };
}

function isPod(object: KubeObject): object is Pod {
  return object.kind === 'Pod' || object.kind === undefined;
}

/** The Pod with the operator's readiness gate, once. */
export function withGate(pod: Pod): Pod {
  const gates = pod.spec?.readinessGates ?? [];
  if (pod.spec === undefined || gates.some((gate) => gate.conditionType === READY_CONDITION)) return pod;
  return { ...pod, spec: { ...pod.spec, readinessGates: [...gates, { conditionType: READY_CONDITION }] } };
}
