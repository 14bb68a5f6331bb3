import type { ResourceQuota, ScopedResourceSelectorRequirement } from '../generated/core-v1.js';

/** Whether the name of a class ('' for none) is what a scope asks for. */
export function matchesName(
  { operator, values = [] }: ScopedResourceSelectorRequirement,
  name: string,
): boolean {
  if (operator === 'In') return name !== '' && values.includes(name);
  if (operator === 'NotIn') return name === '' || !values.includes(name);
  return (operator === 'DoesNotExist') === (name === '');
}

/** What an object has to be for a quota to count it; all of them. */
export function scopesOf({ spec }: ResourceQuota): readonly ScopedResourceSelectorRequirement[] {
  const { scopes = [], scopeSelector } = spec ?? {};
  const given = scopes.map((scopeName) => ({ scopeName, operator: 'Exists' }));
  return [...given, ...(scopeSelector?.matchExpressions ?? [])];
}
