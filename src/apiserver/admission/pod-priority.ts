import type { Pod, PodSpec } from '../../api/generated/core-v1.js';
import type { PriorityClass } from '../../api/generated/scheduling-v1.js';
import { kinds } from '../../api/kinds.js';
import { forbidden } from '../../api/status-error.js';
import { decode } from '../registry/codec.js';
import type { Registry } from '../registry/registry.js';
import type { BuiltIn } from './built-in.js';

const prefix = '/registry/scheduling.k8s.io/priorityclasses/';

/** The class of Pods that name none; of several, which a race may leave, the lowest. */
export function globalDefault(registry: Registry): PriorityClass | undefined {
  const classes = registry.store.range(prefix).entries.map((entry) => decode(entry, kinds.PriorityClass));
  return classes
    .filter(({ globalDefault }) => globalDefault === true)
    .sort((a, b) => (a.value ?? 0) - (b.value ?? 0))[0];
}

function classOf(registry: Registry, pod: Pod, spec: PodSpec): PriorityClass | undefined {
  const name = spec.priorityClassName;
  if (name === undefined || name === '') return globalDefault(registry);
  const entry = registry.store.get(`${prefix}${name}`);
  if (entry !== undefined) return decode(entry, kinds.PriorityClass);
  throw forbidden(kinds.Pod, pod.metadata?.name ?? '', `no PriorityClass with name ${name} was found`);
}

function admitPod(registry: Registry, pod: Pod): Pod {
  const { spec } = pod;
  if (spec === undefined) return pod;
  const found = classOf(registry, pod, spec);
  const priority = found?.value ?? 0;
  if (spec.priority !== undefined && spec.priority !== priority) {
    const why = `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${priority} from the given PriorityClass name`;
    throw forbidden(kinds.Pod, pod.metadata?.name ?? '', why);
  }
  const preemptionPolicy = spec.preemptionPolicy ?? found?.preemptionPolicy ?? 'PreemptLowerPriority';
  const name = found?.metadata?.name;
  return {
    ...pod,
    spec: { ...spec, ...(name !== undefined && { priorityClassName: name }), priority, preemptionPolicy },
  };
}

/** The number behind a Pod's priority class. */
export const podPriority: BuiltIn = {
  name: 'Priority',
  matches: ({ operation, kind, subresource }) =>
    operation === 'CREATE' && kind.group === '' && kind.kind === 'Pod' && subresource === undefined,
  admit: (registry, { object }) => object && admitPod(registry, object),
};
