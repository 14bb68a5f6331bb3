import type { DaemonSet, DaemonSetUpdateStrategy } from '../generated/apps-v1.js';
import { change, fill } from './fill.js';
import { defaultPodTemplate } from './pod-spec.js';

function defaultStrategy(strategy: DaemonSetUpdateStrategy | undefined): DaemonSetUpdateStrategy {
  const typed = fill<DaemonSetUpdateStrategy>(strategy ?? {}, { type: 'RollingUpdate' });
  if (typed.type !== 'RollingUpdate') return typed;
  return { ...typed, rollingUpdate: fill(typed.rollingUpdate ?? {}, { maxUnavailable: 1, maxSurge: 0 }) };
}

/** A DaemonSet's defaults. */
export function defaultDaemonSet(set: DaemonSet): DaemonSet {
  return change(set, 'spec', (spec) => {
    const filled = change(fill(spec, { revisionHistoryLimit: 10 }), 'template', defaultPodTemplate);
    return { ...filled, updateStrategy: defaultStrategy(spec.updateStrategy) };
  });
}
