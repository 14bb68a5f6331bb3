import type { AdmissionRequest } from '../../api/admission.js';
import type {
  Container,
  LimitRange,
  LimitRangeItem,
  PersistentVolumeClaim,
  Pod,
  ResourceRequirements,
} from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import type { KindRef, KubeObject } from '../../api/kube-object.js';
import { type Amounts, podUsage, type Usage } from '../../api/pod-usage.js';
import { forbidden } from '../../api/status-error.js';
import { decode } from '../registry/codec.js';
import type { Registry } from '../registry/registry.js';
import { prefixOf } from '../registry/resources.js';
import type { BuiltIn } from './built-in.js';
import { violations } from './limit-constraints.js';

const annotation = 'kubernetes.io/limit-ranger';

function rangesOf(registry: Registry, namespace: string | undefined): readonly LimitRange[] {
  const resource = registry.resources.find(kinds.LimitRange);
  if (resource === undefined) return [];
  const { entries } = registry.store.range(prefixOf(resource, namespace));
  return entries.map((entry) => decode(entry, kinds.LimitRange));
}

function itemsOf({ spec }: LimitRange, type: string): readonly LimitRangeItem[] {
  return (spec?.limits ?? []).filter((item) => item.type === type);
}

interface Filled {
  readonly container: Container;
  /** What was added, as the annotation tells it. */
  readonly told: readonly string[];
}

/** Adds what a container leaves out; `kind` is what the annotation calls it. */
function fill(container: Container, defaults: Usage, kind: string): Filled {
  const { requests = {}, limits = {} } = container.resources ?? {};
  const added = (given: Amounts, wanted: Amounts): readonly string[] =>
    Object.keys(wanted)
      .filter((name) => given[name] === undefined)
      .sort();
  const told = (names: readonly string[], what: string): readonly string[] =>
    names.length === 0 ? [] : [`${names.join(', ')} ${what} for ${kind} ${container.name}`];
  const lines = [
    ...told(added(requests, defaults.requests), 'request'),
    ...told(added(limits, defaults.limits), 'limit'),
  ];
  if (lines.length === 0) return { container, told: [] };
  const resources: ResourceRequirements = {
    ...container.resources,
    requests: { ...defaults.requests, ...requests },
    limits: { ...defaults.limits, ...limits },
  };
  return { container: { ...container, resources }, told: lines };
}

function withDefaults(pod: Pod, range: LimitRange): Pod {
  const { spec } = pod;
  const items = itemsOf(range, 'Container');
  if (spec === undefined || items.length === 0) return pod;
  const defaults: Usage = {
    requests: Object.assign({}, ...items.map(({ defaultRequest }) => defaultRequest)),
    limits: Object.assign({}, ...items.map((item) => item.default)),
  };
  const containers = (spec.containers ?? []).map((one) => fill(one, defaults, 'container'));
  const initial = (spec.initContainers ?? []).map((one) => fill(one, defaults, 'init container'));
  const told = [...containers, ...initial].flatMap((filled) => filled.told);
  if (told.length === 0) return pod;
  const annotations = {
    ...pod.metadata?.annotations,
    [annotation]: `LimitRanger plugin set: ${told.join('; ')}`,
  };
  return {
    ...pod,
    metadata: { ...pod.metadata, annotations },
    spec: {
      ...spec,
      containers: containers.map(({ container }) => container),
      ...(spec.initContainers && { initContainers: initial.map(({ container }) => container) }),
    },
  };
}

function usageOf({ resources }: Container): Usage {
  return { requests: resources?.requests ?? {}, limits: resources?.limits ?? {} };
}

function wrongWithPod(pod: Pod, range: LimitRange): readonly string[] {
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
  return [
    ...itemsOf(range, 'Container').flatMap((item) =>
      containers.flatMap((container) => violations(item, usageOf(container))),
    ),
    ...itemsOf(range, 'Pod').flatMap((item) => violations(item, podUsage(pod))),
  ];
}

function wrongWithClaim({ spec }: PersistentVolumeClaim, range: LimitRange): readonly string[] {
  const usage = { requests: spec?.resources?.requests ?? {}, limits: {} };
  return itemsOf(range, 'PersistentVolumeClaim').flatMap((item) => violations(item, usage));
}

/** Refuses by the first LimitRange that something is wrong by, with all that is. */
function refuse(kind: KindRef, object: KubeObject, wrong: readonly string[]): void {
  if (wrong.length === 0) return;
  const { name, generateName = '' } = object.metadata ?? {};
  throw forbidden(kind, name ?? generateName, wrong.length === 1 ? `${wrong[0]}` : `[${wrong.join(', ')}]`);
}

function admitPod(registry: Registry, { namespace }: AdmissionRequest, pod: Pod): Pod {
  const ranges = rangesOf(registry, namespace);
  const filled = ranges.reduce(withDefaults, pod);
  for (const range of ranges) refuse(kinds.Pod, filled, wrongWithPod(filled, range));
  return filled;
}

function admitClaim(registry: Registry, { namespace }: AdmissionRequest, claim: PersistentVolumeClaim): void {
  for (const range of rangesOf(registry, namespace))
    refuse(kinds.PersistentVolumeClaim, claim, wrongWithClaim(claim, range));
}

/** Claims, and Pods as they are created: later nothing changes in a Pod that is limited. */
function isLimited({ operation, kind, subresource, object }: AdmissionRequest): boolean {
  if (kind.group !== '' || subresource !== undefined || operation === 'DELETE') return false;
  if (kind.kind === 'Pod') return operation === 'CREATE';
  return kind.kind === 'PersistentVolumeClaim' && object?.metadata?.deletionTimestamp === undefined;
}

/** Defaults and bounds of the LimitRanges of a Namespace. */
export const limitRanger: BuiltIn = {
  name: 'LimitRanger',
  matches: isLimited,
  admit: (registry, request) => {
    const { kind, object } = request;
    if (object === undefined) return undefined;
    if (kind.kind === 'Pod') return admitPod(registry, request, object);
    admitClaim(registry, request, object);
    return undefined;
  },
};
