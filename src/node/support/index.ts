import type { AdmissionHook } from '../../api/admission.js';
import { type FieldError, forbidden } from '../../api/field-error.js';
import type { Pod, PodSpec } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import type { KubeObject } from '../../api/kube-object.js';
import { definition, type FieldSchema } from '../../api/schema/schema.js';
import { invalid } from '../../api/status-error.js';
import { fieldRules } from './rules.js';

/** Every field of a Pod's spec that this node does not honour, by its path; nothing is silently ignored. */
export function unsupportedPodFields(spec: PodSpec): readonly FieldError[] {
  return [...check(spec, 'PodSpec', 'spec'), ...ownPolicies(spec)];
}

/** Those of the containers that are added to look into a Pod. */
function unsupportedEphemeralFields({ ephemeralContainers = [] }: PodSpec): readonly FieldError[] {
  return ephemeralContainers.flatMap((container, index) =>
    check(container, 'EphemeralContainer', `spec.ephemeralContainers[${index}]`),
  );
}

function check(value: unknown, name: string, path: string): readonly FieldError[] {
  const rules = fieldRules[name];
  const fields = definition(`core-v1.${name}`)?.fields ?? {};
  return Object.entries(Object(value)).flatMap(([field, inner]) => {
    if (inner === undefined || inner === null || isEmpty(inner)) return [];
    const at = `${path}.${field}`;
    const rule = rules?.[field] ?? true;
    const why = typeof rule === 'function' ? rule(inner) : rule;
    if (typeof why === 'string') return [forbidden(at, why)];
    const schema = fields[field];
    return schema === undefined ? [] : within(inner, schema, at);
  });
}

/** Only init containers may have a policy of their own: it makes them sidecars. */
function ownPolicies({ containers }: PodSpec): readonly FieldError[] {
  return containers.flatMap(({ restartPolicy }, index) =>
    restartPolicy === 'Always'
      ? [forbidden(`spec.containers[${index}].restartPolicy`, 'may not be set for non-init containers')]
      : [],
  );
}

function within(value: unknown, schema: FieldSchema, path: string): readonly FieldError[] {
  if (schema.ref !== undefined) return check(value, shortName(schema.ref), path);
  const { items } = schema;
  if (items?.ref === undefined || !Array.isArray(value)) return [];
  const name = shortName(items.ref);
  return value.flatMap((item: unknown, index) => check(item, name, `${path}[${index}]`));
}

function shortName(key: string): string {
  return key.slice(key.indexOf('.') + 1);
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** Refuses Pods with fields that the node does not honour, when they are created and when containers are added to look into them. */
export function podSupportHook(): AdmissionHook {
  return {
    name: 'pod-support',
    matches: ({ operation, kind, subresource }) =>
      kind.kind === 'Pod' &&
      kind.group === '' &&
      (operation === 'CREATE' ? subresource === undefined : subresource === 'ephemeralcontainers'),
    admit: async ({ object, name, subresource }) => {
      const find = subresource === undefined ? unsupportedPodFields : unsupportedEphemeralFields;
      const errors = isPod(object) && object.spec !== undefined ? find(object.spec) : [];
      if (errors.length > 0) throw invalid(kinds.Pod, name, errors);
      return {};
    },
  };
}

function isPod(object: KubeObject | undefined): object is Pod {
  return object !== undefined;
}
