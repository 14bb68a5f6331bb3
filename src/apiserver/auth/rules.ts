import type { PolicyRule } from '../../api/generated/rbac-v1.js';
import { type PathAttributes, type ResourceAttributes, resourceOf } from './attributes.js';

function has(list: readonly string[] | undefined, value: string): boolean {
  return list !== undefined && (list.includes('*') || list.includes(value));
}

function coversResource(rule: PolicyRule, attributes: ResourceAttributes): boolean {
  const { resources } = rule;
  if (has(resources, resourceOf(attributes))) return true;
  return attributes.subresource !== undefined && resources?.includes(`*/${attributes.subresource}`) === true;
}

/** Whether a rule allows an act on objects. */
export function allowsResource(rule: PolicyRule, attributes: ResourceAttributes): boolean {
  if (!has(rule.verbs, attributes.verb) || !has(rule.apiGroups, attributes.kind.group)) return false;
  if (!coversResource(rule, attributes)) return false;
  const names = rule.resourceNames ?? [];
  return names.length === 0 || (attributes.name !== undefined && names.includes(attributes.name));
}

/** Whether a rule allows an act on a path that is no object. */
export function allowsPath(rule: PolicyRule, { verb, path }: PathAttributes): boolean {
  if (!has(rule.verbs, verb)) return false;
  return (rule.nonResourceURLs ?? []).some((pattern) =>
    pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : pattern === path,
  );
}
