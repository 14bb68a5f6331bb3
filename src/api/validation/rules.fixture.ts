import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { applyDefaults } from '../defaults/index.js';
import { type FieldError, fieldErrorText } from '../field-error.js';
import { kindRows } from '../kinds.js';
import type { KindRef, KubeObject } from '../kube-object.js';
import { applyMergePatch } from '../patch/merge-patch.js';
import { validateCreate, validateStatusUpdate, validateUpdate } from './index.js';

/** An object of any kind. */
export type Loose = KubeObject & { readonly [field: string]: unknown };

/** The kind as it is served. */
export function ref(group: string, kind: string): KindRef<Loose> {
  const row = kindRows.find((one) => one.group === group && one.kind === kind);
  if (row === undefined) throw new Error(`${group}/${kind} is not served`);
  const { version, plural, namespaced } = row;
  return { group, version, kind, plural, namespaced };
}

/** An object with its defaults, called `x`. */
export function objectOf(kind: KindRef<Loose>, yaml: string): Loose {
  const parsed: Loose = parse(yaml);
  const metadata = { name: 'x', ...(kind.namespaced && { namespace: 'default' }), ...parsed.metadata };
  return applyDefaults(kind, { ...parsed, metadata });
}

/** The errors as Kubernetes prints them. */
export const texts = (errors: readonly FieldError[]): string[] => errors.map(fieldErrorText);

/** A merge patch over the good object of a kind, and the errors it leads to. */
type Case = readonly [patch: string, ...errors: string[]];

/** What is tested of a kind. */
export interface RuleGroup {
  readonly kind: readonly [group: string, kind: string];
  readonly good: string;
  readonly create?: readonly Case[];
  readonly update?: readonly Case[];
  readonly status?: readonly Case[];
}

function patched(kind: KindRef<Loose>, good: string, patch: string): Loose {
  const patchObject = parse(patch || '{}');
  return objectOf(kind, JSON.stringify(applyMergePatch(parse(good), patchObject)));
}

/** Runs the cases of some kinds. */
export function describeRules(groups: readonly RuleGroup[]): void {
  describe.each(groups)('$kind', ({ kind: [group, name], good, create = [], update = [], status = [] }) => {
    const kind = ref(group, name);
    it.each(create)('create with %s', (patch, ...errors) => {
      expect(texts(validateCreate(kind, patched(kind, good, patch)))).toEqual(errors);
    });
    it.each(update)('update with %s', (patch, ...errors) => {
      const found = validateUpdate(kind, patched(kind, good, patch), objectOf(kind, good));
      expect(texts(found)).toEqual(errors);
    });
    it.each(status)('status with %s', (patch, ...errors) => {
      const found = validateStatusUpdate(kind, patched(kind, good, patch), objectOf(kind, good));
      expect(texts(found)).toEqual(errors);
    });
  });
}
