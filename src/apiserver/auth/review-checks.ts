import { isObject, type JsonObject, valueAt } from '../../api/deep.js';
import { type FieldError, invalidValue } from '../../api/field-error.js';
import type { KindRow } from '../../api/kinds.js';
import type { KubeObject } from '../../api/kube-object.js';
import { badRequest, invalid } from '../../api/status-error.js';

function aboutOneThing({ resourceAttributes, nonResourceAttributes }: JsonObject): FieldError[] {
  if (resourceAttributes === undefined && nonResourceAttributes === undefined) {
    const detail = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    return [invalidValue('spec.resourceAttributes', null, detail)];
  }
  if (resourceAttributes === undefined || nonResourceAttributes === undefined) return [];
  const detail = 'cannot be specified in combination with resourceAttributes';
  return [invalidValue('spec.nonResourceAttributes', nonResourceAttributes, detail)];
}

function aboutSomeone({ user = '', groups = [] }: JsonObject): FieldError[] {
  if (user !== '' || (Array.isArray(groups) && groups.length > 0)) return [];
  return [invalidValue('spec.user', user, 'at least one of user or group must be specified')];
}

function aboutHere(
  { resourceAttributes, nonResourceAttributes }: JsonObject,
  namespace: string,
): FieldError[] {
  if (nonResourceAttributes !== undefined)
    return [
      invalidValue('spec.nonResourceAttributes', nonResourceAttributes, 'disallowed on this kind of request'),
    ];
  if ((valueAt(resourceAttributes, 'namespace') ?? '') !== namespace)
    throw badRequest(`spec.resourceAttributes.namespace must match namespace: ${namespace}`);
  return [];
}

function problemsOf(kind: KindRow, review: KubeObject, spec: JsonObject): readonly FieldError[] {
  switch (kind.kind) {
    case 'SelfSubjectAccessReview':
      return aboutOneThing(spec);
    case 'SubjectAccessReview':
      return [...aboutOneThing(spec), ...aboutSomeone(spec)];
    case 'LocalSubjectAccessReview':
      return [
        ...aboutOneThing(spec),
        ...aboutSomeone(spec),
        ...aboutHere(spec, review.metadata?.namespace ?? ''),
      ];
    case 'SelfSubjectRulesReview':
      if (!spec['namespace']) throw badRequest('no namespace on request');
      return [];
    default:
      return [];
  }
}

/** Refuses a question that leaves open what is asked. */
export function checkReview(kind: KindRow, review: KubeObject): void {
  const spec = valueAt(review, 'spec');
  const problems = problemsOf(kind, review, isObject(spec) ? spec : {});
  if (problems.length > 0) throw invalid(kind, '', problems);
}
