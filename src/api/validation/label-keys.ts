import { type FieldError, forbidden, invalidValue } from '../field-error.js';
import type { LabelSelector } from '../generated/meta-v1.js';
import { qualifiedName } from '../names.js';
import { checkName, each } from './common.js';

/** A rule over Pods of which a part is taken from the labels of the Pod that has it. */
export interface Keyed {
  readonly labelSelector?: LabelSelector | undefined;
  readonly matchLabelKeys?: readonly string[] | undefined;
  readonly mismatchLabelKeys?: readonly string[] | undefined;
}

/** Keys whose values are taken from the Pod itself; in a Pod they stand in the selector as well, where they were merged. */
export function validateLabelKeys(path: string, rule: Keyed): FieldError[] {
  const { matchLabelKeys = [], mismatchLabelKeys = [], labelSelector } = rule;
  const both = 'exists in both matchLabelKeys and mismatchLabelKeys';
  return [
    ...validateNames(`${path}.matchLabelKeys`, matchLabelKeys, labelSelector),
    ...validateNames(`${path}.mismatchLabelKeys`, mismatchLabelKeys, labelSelector),
    ...selectedTwice(path, matchLabelKeys, labelSelector),
    ...each(`${path}.matchLabelKeys`, matchLabelKeys, (at, key) =>
      mismatchLabelKeys.includes(key) ? [invalidValue(at, key, both)] : [],
    ),
  ];
}

function validateNames(
  path: string,
  keys: readonly string[],
  selector: LabelSelector | undefined,
): FieldError[] {
  if (keys.length === 0) return [];
  if (selector === undefined) return [forbidden(path, 'must not be specified when labelSelector is not set')];
  return each(path, keys, (at, key) => checkName(at, key, qualifiedName));
}

/** A key is merged once; found again, the user has selected by it too. The path is the one that Kubernetes gives. */
function selectedTwice(
  path: string,
  keys: readonly string[],
  selector: LabelSelector | undefined,
): FieldError[] {
  const seen = new Set(Object.keys(selector?.matchLabels ?? {}));
  return (selector?.matchExpressions ?? []).flatMap(({ key }) => {
    const index = keys.lastIndexOf(key);
    const again = index >= 0 && seen.has(key);
    seen.add(key);
    const message = 'exists in both matchLabelKeys and labelSelector';
    return again ? [invalidValue(`${path}[${index}]`, key, message)] : [];
  });
}
