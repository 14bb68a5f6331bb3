import type { ScopedResourceSelectorRequirement } from '../generated/core-v1.js';
import type { KindRef, KubeObject } from '../kube-object.js';
import { type ResourceAmounts, single } from './amounts.js';
import { claimMeter } from './claims.js';
import { podMeter } from './pods.js';
import { serviceMeter } from './services.js';

/** How the objects of a kind count towards quotas. Methods, so that meters of many kinds fit one table. */
export interface Meter {
  /** True when an update may take more, and so is asked for as a creation is. */
  readonly limitsUpdates: boolean;
  /** Whether objects of the kind count towards a resource of this name. */
  counts(resource: string): boolean;
  /** What an object takes at this time (milliseconds). */
  usage(object: KubeObject, now: number): ResourceAmounts;
  /** When the usage changes although nobody writes the object, milliseconds. */
  changesAt?(object: KubeObject): number | undefined;
  /** Whether an object is within a scope; kinds without this are within none. */
  isWithin?(object: KubeObject, scope: ScopedResourceSelectorRequirement): boolean;
  /** What the object has to say and does not, where these resources are limited. */
  missing?(object: KubeObject, resources: readonly string[]): string | undefined;
}

/** Kinds that quotas have always left alone. */
const uncounted: ReadonlySet<string> = new Set(['/events', 'events.k8s.io/events']);

const special: ReadonlyMap<string, Meter> = new Map<string, Meter>([
  ['/pods', podMeter],
  ['/services', serviceMeter],
  ['/persistentvolumeclaims', claimMeter],
]);

/** Kinds that were counted by their plain names before `count/...` was there. */
const plainNames: ReadonlySet<string> = new Set([
  'configmaps',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
]);

const counters = new Map<string, Meter>();

/** Counts the objects of a kind, and nothing else of them. */
function counterOf({ group, plural }: Pick<KindRef, 'group' | 'plural'>): Meter {
  const names = [`count/${plural}${group === '' ? '' : `.${group}`}`];
  if (group === '' && plainNames.has(plural)) names.push(plural);
  const usage: ResourceAmounts = new Map(names.map((name) => [name, single]));
  return { limitsUpdates: false, counts: (resource) => names.includes(resource), usage: () => usage };
}

/** How objects of a kind (in their stored form) count towards quotas; undefined when they do not. */
export function meterOf(kind: Pick<KindRef, 'group' | 'plural'>): Meter | undefined {
  const name = `${kind.group}/${kind.plural}`;
  if (uncounted.has(name)) return undefined;
  const known = special.get(name) ?? counters.get(name);
  if (known !== undefined) return known;
  const made = counterOf(kind);
  counters.set(name, made);
  return made;
}
