import { isObject, type JsonObject, valueAt } from './deep.js';
import { type FieldError, invalidValue } from './field-error.js';
import type { Scale } from './generated/autoscaling-v1.js';
import type { LabelSelector } from './generated/meta-v1.js';
import type { KindRef, KubeObject } from './kube-object.js';
import { labelSelectorOf, selectorOfLabels, selectorText } from './selectors.js';

const scalable = new Set([
  'apps/StatefulSet',
  'apps/Deployment',
  'apps/ReplicaSet',
  '/ReplicationController',
]);

/** True when the kind has the scale subresource. */
export function hasScale({ group, kind }: Pick<KindRef, 'group' | 'kind'>): boolean {
  return scalable.has(`${group}/${kind}`);
}

interface Scalable extends KubeObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly selector?: LabelSelector | Readonly<Record<string, string>>;
  };
  readonly status?: { readonly replicas?: number };
}

function isTextMap(value: unknown): value is Readonly<Record<string, string>> {
  return isObject(value) && Object.values(value).every((item) => typeof item === 'string');
}

function selectorOf(
  kind: Pick<KindRef, 'group'>,
  selector: NonNullable<Scalable['spec']>['selector'],
): string {
  if (selector === undefined) return '';
  if (kind.group === '') return selectorText(selectorOfLabels(isTextMap(selector) ? selector : {}));
  return selectorText(labelSelectorOf(selector));
}

function numberAt(object: JsonObject, ...path: readonly string[]): number {
  const value = valueAt(object, ...path);
  return typeof value === 'number' ? value : 0;
}

/** The object's scale: how many replicas it wants, has, and by which selector they are found. */
export function scaleOf(kind: Pick<KindRef, 'group'>, object: KubeObject): Scale;
export function scaleOf(kind: Pick<KindRef, 'group'>, object: Scalable): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata ?? {};
  const selector = selectorOf(kind, object.spec?.selector);
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: numberAt({ ...object }, 'spec', 'replicas') },
    status: { replicas: numberAt({ ...object }, 'status', 'replicas'), ...(selector !== '' && { selector }) },
  };
}

/** What is wrong with a scale that a caller sent. */
export function validateScale(scale: Scale): FieldError[] {
  const replicas = scale.spec?.replicas ?? 0;
  return replicas < 0 ? [invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0')] : [];
}

/** The object with the scale's number of replicas; its resourceVersion, when given, is the one to compare. */
export function applyScale<T extends KubeObject>(object: T, scale: Scale): T {
  const spec = valueAt(object, 'spec');
  const resourceVersion = scale.metadata?.resourceVersion;
  return {
    ...object,
    metadata: { ...object.metadata, ...(resourceVersion !== undefined && { resourceVersion }) },
    spec: { ...(isObject(spec) ? spec : {}), replicas: scale.spec?.replicas ?? 0 },
  };
}
