import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isObject, type JsonObject } from '../deep.js';
import { applyJsonPatch } from './json-patch.js';
import { applyMergePatch, mergeDiff } from './merge-patch.js';
import { PatchError } from './patch-error.js';

describe('JSON patch', () => {
  const original: JsonObject = { a: 1, list: [1, 2], 'x/y': { z: 1 } };

  it.each([
    ['adds', [{ op: 'add', path: '/b', value: 2 }], { ...original, b: 2 }],
    ['appends', [{ op: 'add', path: '/list/-', value: 3 }], { ...original, list: [1, 2, 3] }],
    ['removes', [{ op: 'remove', path: '/a' }], { list: [1, 2], 'x/y': { z: 1 } }],
    ['reads escapes', [{ op: 'replace', path: '/x~1y/z', value: 9 }], { ...original, 'x/y': { z: 9 } }],
    ['moves', [{ op: 'move', from: '/a', path: '/c' }], { list: [1, 2], 'x/y': { z: 1 }, c: 1 }],
    [
      'tests and goes on',
      [
        { op: 'test', path: '/a', value: 1 },
        { op: 'replace', path: '/a', value: 2 },
      ],
      { ...original, a: 2 },
    ],
  ])('%s', (_name, patch, want) => {
    const before = structuredClone(original);
    expect(applyJsonPatch(original, patch)).toEqual(want);
    expect(original).toEqual(before);
  });

  it.each([
    ['a failed test', [{ op: 'test', path: '/a', value: 2 }], 422, 'testing value /a failed: test failed'],
    [
      'a missing path',
      [{ op: 'remove', path: '/no' }],
      422,
      'remove operation does not apply: doc is missing path: "/no": missing value',
    ],
    ['an unknown operation', [{ op: 'frob', path: '/a' }], 400, 'error decoding patch'],
    ['no list', { op: 'add' }, 400, 'error decoding patch'],
    ['the prototype', [{ op: 'add', path: '/__proto__/x', value: 1 }], 422, 'add operation does not apply'],
  ])('refuses %s', (_name, patch, code, message) => {
    const attempt = (): unknown => applyJsonPatch(original, patch);
    expect(attempt).toThrow(PatchError);
    expect(attempt).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
  });
});

describe('merge patch', () => {
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j with %j is %j', (original, patch, want) => {
    expect(applyMergePatch(original, patch)).toEqual(want);
  });

  it('refuses what is no object', () => {
    expect(() => applyMergePatch({}, [1])).toThrow(PatchError);
    expect(() => applyMergePatch({}, JSON.parse('{"__proto__": {"x": 1}}'))).toThrow(PatchError);
  });

  it('undoes its diff', () => {
    const value = fc
      .jsonValue()
      .filter((json) => isObject(json) && !JSON.stringify(json).match(/null|__proto__/));
    fc.assert(
      fc.property(value, value, (original, modified) => {
        if (!isObject(original) || !isObject(modified)) return;
        expect(applyMergePatch(original, mergeDiff(original, modified))).toEqual(modified);
      }),
    );
  });
});
