import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  difference,
  elementsOf,
  emptySet,
  type FieldPath,
  type FieldSet,
  intersection,
  isEmptySet,
  pathsOf,
  readSet,
  setOf,
  stepInto,
  union,
} from './field-set.js';

const path = fc.array(fc.constantFrom('f:a', 'f:b', 'k:{"name":"x"}', 'v:1'), { minLength: 1, maxLength: 4 });
const paths = fc.array(path, { maxLength: 8 });

function keys(set: FieldSet): ReadonlySet<string> {
  return new Set(pathsOf(set).map((one) => one.join('/')));
}

function keysOf(list: readonly FieldPath[]): ReadonlySet<string> {
  return new Set(list.map((one) => one.join('/')));
}

describe('sets of paths', () => {
  it('are what FieldsV1 looks like', () => {
    const set = setOf([['f:metadata', 'f:labels'], ['f:metadata', 'f:labels', 'f:app'], ['f:data']]);
    expect(set).toEqual({ 'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } }, 'f:data': {} });
    expect(pathsOf(set)).toHaveLength(3);
    expect(stepInto(set, 'f:metadata')).toEqual({
      member: false,
      below: { 'f:labels': { '.': {}, 'f:app': {} } },
    });
    expect(elementsOf(set)).toEqual(['f:metadata', 'f:data']);
  });

  it('are read only when every key is a path element', () => {
    expect(readSet({ 'f:a': { '.': {}, 'k:{"name":"x"}': {} } })).toBeDefined();
    expect(readSet({ a: {} })).toBeUndefined();
    expect(readSet({ 'f:a': 1 })).toBeUndefined();
    expect(readSet([])).toBeUndefined();
  });

  it('combine as sets of paths do', () => {
    fc.assert(
      fc.property(paths, paths, (a, b) => {
        const [left, right] = [keysOf(a), keysOf(b)];
        const [first, second] = [setOf(a), setOf(b)];
        expect(keys(first)).toEqual(left);
        expect(keys(union(first, second))).toEqual(new Set([...left, ...right]));
        expect(keys(intersection(first, second))).toEqual(new Set([...left].filter((one) => right.has(one))));
        expect(keys(difference(first, second))).toEqual(new Set([...left].filter((one) => !right.has(one))));
        expect(isEmptySet(difference(first, first))).toBe(true);
        expect(union(first, emptySet)).toEqual(first);
      }),
    );
  });
});
