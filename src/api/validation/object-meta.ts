import { semanticEqual } from '../deep.js';
import { type FieldError, forbidden, invalidValue, required, tooLong } from '../field-error.js';
import type { ObjectMeta, OwnerReference } from '../generated/meta-v1.js';
import { ipMessages } from '../ip.js';
import type { KindRef } from '../kube-object.js';
import {
  bytesOf,
  dns1035Label,
  dns1123Label,
  dns1123Subdomain,
  type NameCheck,
  pathSegment,
  qualifiedName,
} from '../names.js';
import { checkName, immutable, nonNegative, validateLabels } from './common.js';

const maxAnnotationBytes = 256 * 1024;
const plainFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

const nameChecks: Readonly<Record<string, NameCheck>> = {
  '/Service': dns1035Label,
  '/Namespace': dns1123Label,
  'apps/StatefulSet': dns1123Label,
  'networking.k8s.io/IPAddress': ipMessages,
  'rbac.authorization.k8s.io/Role': pathSegment,
  'rbac.authorization.k8s.io/RoleBinding': pathSegment,
  'rbac.authorization.k8s.io/ClusterRole': pathSegment,
  'rbac.authorization.k8s.io/ClusterRoleBinding': pathSegment,
};

/** The rule for the names of a kind's objects. */
export function nameCheckOf({ group, kind }: Pick<KindRef, 'group' | 'kind'>): NameCheck {
  return nameChecks[`${group}/${kind}`] ?? dns1123Subdomain;
}

/** Annotations: keys are qualified names, all together at most 256 KiB. */
export function validateAnnotations(path: string, annotations: ObjectMeta['annotations']): FieldError[] {
  const entries = Object.entries(annotations ?? {});
  const errors = entries.flatMap(([key]) =>
    qualifiedName(key.toLowerCase()).map((message) => invalidValue(path, key, message)),
  );
  const size = entries.reduce((sum, [key, value]) => sum + bytesOf(key) + bytesOf(value), 0);
  return size > maxAnnotationBytes ? [...errors, tooLong(path, '', maxAnnotationBytes)] : errors;
}

function validateOwner(path: string, { apiVersion, kind, name, uid }: OwnerReference): FieldError[] {
  const errors: FieldError[] = [];
  const version = (apiVersion ?? '').split('/').at(-1) ?? '';
  if (version === '')
    errors.push(invalidValue(`${path}.apiVersion`, apiVersion ?? '', 'version must not be empty'));
  for (const [field, value] of Object.entries({ kind, name, uid })) {
    if (!value) errors.push(invalidValue(`${path}.${field}`, '', 'must not be empty'));
  }
  if (apiVersion === 'v1' && kind === 'Event') {
    errors.push(
      invalidValue(
        path,
        { apiVersion, kind, name, uid },
        '/v1, Kind=Event is disallowed from being an owner',
      ),
    );
  }
  return errors;
}

function validateOwners(path: string, owners: readonly OwnerReference[]): FieldError[] {
  const errors = owners.flatMap((owner, index) => validateOwner(`${path}[${index}]`, owner));
  const [first, second] = owners.filter((owner) => owner.controller === true);
  if (first === undefined || second === undefined) return errors;
  const message = `Only one reference can have Controller set to true. Found "true" in references for ${first.kind}/${first.name} and ${second.kind}/${second.name}`;
  return [...errors, invalidValue(path, owners, message)];
}

/** Finalizers: names of a domain, or one of a few. */
export function validateFinalizers(path: string, finalizers: readonly string[]): FieldError[] {
  const errors = finalizers.flatMap((finalizer) => {
    const wrong = checkName(path, finalizer, qualifiedName);
    if (wrong.length > 0 || finalizer.includes('/') || plainFinalizers.has(finalizer)) return wrong;
    return [
      invalidValue(path, finalizer, 'name is neither a standard finalizer name nor is it fully qualified'),
    ];
  });
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    errors.push(invalidValue(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'));
  }
  return errors;
}

function validateNames(kind: KindRef, meta: ObjectMeta): FieldError[] {
  const check = nameCheckOf(kind);
  const errors: FieldError[] = [];
  if (meta.generateName) {
    const prefix = meta.generateName.replace(/-$/, 'a');
    errors.push(
      ...check(prefix).map((message) => invalidValue('metadata.generateName', meta.generateName, message)),
    );
  }
  if (!meta.name) errors.push(required('metadata.name', 'name or generateName is required'));
  else errors.push(...checkName('metadata.name', meta.name, check));
  if (kind.namespaced) {
    if (!meta.namespace) errors.push(required('metadata.namespace'));
    else errors.push(...checkName('metadata.namespace', meta.namespace, dns1123Label));
  } else if (meta.namespace) errors.push(forbidden('metadata.namespace', 'not allowed on this type'));
  return errors;
}

/** The metadata of an object of a kind. */
export function validateObjectMeta(kind: KindRef, metadata: ObjectMeta | undefined): FieldError[] {
  const meta = metadata ?? {};
  return [
    ...validateNames(kind, meta),
    ...nonNegative('metadata.generation', meta.generation),
    ...validateLabels('metadata.labels', meta.labels),
    ...validateAnnotations('metadata.annotations', meta.annotations),
    ...validateOwners('metadata.ownerReferences', meta.ownerReferences ?? []),
    ...validateFinalizers('metadata.finalizers', meta.finalizers ?? []),
  ];
}

function validateNewFinalizers(meta: ObjectMeta, old: ObjectMeta): FieldError[] {
  if (!old.deletionTimestamp) return [];
  const added = (meta.finalizers ?? []).filter((finalizer) => !(old.finalizers ?? []).includes(finalizer));
  if (added.length === 0) return [];
  const list = `[]string{${added.map((finalizer) => JSON.stringify(finalizer)).join(', ')}}`;
  const message = `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`;
  return [forbidden('metadata.finalizers', message)];
}

/** What may not change in the metadata of an object. */
export function validateObjectMetaUpdate(
  metadata: ObjectMeta | undefined,
  before: ObjectMeta | undefined,
): FieldError[] {
  const meta = metadata ?? {};
  const old = before ?? {};
  const fixed = [
    'name',
    'namespace',
    'uid',
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
  ] as const;
  const generation =
    (meta.generation ?? 0) < (old.generation ?? 0) && meta.generation !== undefined
      ? [invalidValue('metadata.generation', meta.generation, 'must not be decremented')]
      : [];
  return [
    ...fixed.flatMap((field) =>
      meta[field] === undefined || semanticEqual(meta[field], old[field])
        ? []
        : immutable(`metadata.${field}`, meta[field], old[field]),
    ),
    ...generation,
    ...validateNewFinalizers(meta, old),
  ];
}
