import type {
  Container,
  Pod,
  PodAffinityTerm,
  PodSpec,
  ScopedResourceSelectorRequirement,
} from '../generated/core-v1.js';
import { type Amounts, podUsage, type Usage } from '../pod-usage.js';
import { qosClassOf } from '../qos.js';
import { addQuantities, formatQuantity, parseQuantity, type QuantityValue } from '../quantity.js';
import { type ResourceAmounts, single } from './amounts.js';
import { matchesName } from './scopes.js';

const computed = ['cpu', 'memory', 'ephemeral-storage'];
const resources: ReadonlySet<string> = new Set([
  ...['count/pods', 'pods'],
  ...computed,
  ...computed.map((name) => `requests.${name}`),
  ...computed.map((name) => `limits.${name}`),
]);

/** Resources that every container has to name as soon as they are limited; Kubernetes regrets it, and keeps it. */
const demanded = ['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'];

const hugePages = 'hugepages-';

/** A device of somebody's domain, as containers ask for it. */
function isExtended(name: string): boolean {
  return name.includes('/') && !name.includes('kubernetes.io/');
}

function counts(resource: string): boolean {
  if (resources.has(resource) || resource.startsWith(hugePages)) return true;
  if (!resource.startsWith('requests.')) return false;
  return resource.startsWith(`requests.${hugePages}`) || isExtended(resource);
}

/** What requests and limits are worth under the names by which quotas know them. */
function metered({ requests, limits }: Usage): Map<string, QuantityValue> {
  const amounts = new Map<string, QuantityValue>();
  for (const [name, amount] of Object.entries(requests)) {
    const value = parseQuantity(amount);
    const plain = computed.includes(name) || name.startsWith(hugePages);
    if (plain) amounts.set(name, value);
    if (plain || isExtended(name)) amounts.set(`requests.${name}`, value);
  }
  for (const [name, amount] of Object.entries(limits)) {
    if (computed.includes(name)) amounts.set(`limits.${name}`, parseQuantity(amount));
  }
  return amounts;
}

function isOfWholePod(name: string): boolean {
  return name === 'cpu' || name === 'memory' || name.startsWith(hugePages);
}

/** What the Pod asks for as a whole stands for what its containers do. */
function overruled(amounts: Amounts, whole: Amounts = {}): Amounts {
  const given = Object.entries(whole).filter(([name]) => isOfWholePod(name));
  return { ...amounts, ...Object.fromEntries(given) };
}

/** The amounts and what the Pod costs beyond its containers. */
function withOverhead(amounts: Amounts, overhead: Amounts): Amounts {
  const more = Object.entries(overhead).map(([name, amount]) => {
    const own = amounts[name];
    return [name, own === undefined ? amount : formatQuantity(addQuantities(own, amount))] as const;
  });
  return { ...amounts, ...Object.fromEntries(more) };
}

function usageOfPod(pod: Pod): Usage {
  const { resources: whole, overhead = {} } = pod.spec ?? {};
  const { requests, limits } = podUsage(pod);
  const most = overruled(limits, whole?.limits);
  // A limit that is not there is not made by what the Pod costs.
  const limited = Object.entries(overhead).filter(([name]) => most[name] !== undefined);
  return {
    requests: withOverhead(overruled(requests, whole?.requests), overhead),
    limits: withOverhead(most, Object.fromEntries(limited)),
  };
}

/** What Pods of a spec take; each spec is looked at once. */
const knownSpecs = new WeakMap<PodSpec, ResourceAmounts>();

function usageOfLiving(pod: Pod): ResourceAmounts {
  const known = pod.spec && knownSpecs.get(pod.spec);
  if (known !== undefined) return known;
  const amounts = metered(usageOfPod(pod)).set('pods', single).set('count/pods', single);
  if (pod.spec !== undefined) knownSpecs.set(pod.spec, amounts);
  return amounts;
}

const onlyCounted: ResourceAmounts = new Map([['count/pods', single]]);

function isOver({ status }: Pod): boolean {
  return status?.phase === 'Failed' || status?.phase === 'Succeeded';
}

/** A Pod that should have stopped long ago, on a node that is lost, is not to stand in the way of the one that replaces it. */
function changesAt(pod: Pod): number | undefined {
  const { deletionTimestamp, deletionGracePeriodSeconds: grace } = pod.metadata ?? {};
  if (deletionTimestamp === undefined || grace === undefined || isOver(pod)) return undefined;
  return Date.parse(deletionTimestamp) + grace * 1000;
}

function usage(pod: Pod, now: number): ResourceAmounts {
  const stuckAt = changesAt(pod);
  if (isOver(pod) || (stuckAt !== undefined && now > stuckAt)) return onlyCounted;
  return usageOfLiving(pod);
}

function isAcrossNamespaces({ namespaces = [], namespaceSelector }: PodAffinityTerm): boolean {
  return namespaces.length > 0 || namespaceSelector !== undefined;
}

function looksAcrossNamespaces({ spec }: Pod): boolean {
  const { podAffinity, podAntiAffinity } = spec?.affinity ?? {};
  return [podAffinity, podAntiAffinity].some((affinity) => {
    const preferred = affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    const required = affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    return [...required, ...preferred.map((one) => one.podAffinityTerm)].some(isAcrossNamespaces);
  });
}

function isWithin(pod: Pod, scope: ScopedResourceSelectorRequirement): boolean {
  const hasDeadline = (pod.spec?.activeDeadlineSeconds ?? -1) >= 0;
  switch (scope.scopeName) {
    case 'Terminating':
      return hasDeadline;
    case 'NotTerminating':
      return !hasDeadline;
    case 'BestEffort':
      return qosClassOf(pod) === 'BestEffort';
    case 'NotBestEffort':
      return qosClassOf(pod) !== 'BestEffort';
    case 'PriorityClass':
      return matchesName(scope, pod.spec?.priorityClassName ?? '');
    case 'CrossNamespacePodAffinity':
      return looksAcrossNamespaces(pod);
    default:
      return false;
  }
}

function lacks({ resources: given }: Container, resource: string): boolean {
  return !metered({ requests: given?.requests ?? {}, limits: given?.limits ?? {} }).has(resource);
}

function missing({ spec }: Pod, limited: readonly string[]): string | undefined {
  const whole = metered({ requests: spec?.resources?.requests ?? {}, limits: spec?.resources?.limits ?? {} });
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  const told = demanded
    .filter((resource) => limited.includes(resource) && !whole.has(resource))
    .sort()
    .flatMap((resource) => {
      const names = containers.filter((one) => lacks(one, resource)).map(({ name }) => name);
      return names.length === 0 ? [] : [`${resource} for: ${[...new Set(names)].sort().join(',')}`];
    });
  return told.length === 0 ? undefined : `must specify ${told.join('; ')}`;
}

/** Pods; what one takes does not grow after its creation, and ends with its containers. */
export const podMeter = { limitsUpdates: false, counts, usage, changesAt, isWithin, missing };
