import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeJson } from './json.js';

describe('decodeJson', () => {
  it.each([
    ['{"a":1,"a":2}', ['a']],
    ['{"spec":{"containers":[{"name":"a"},{"name":"b","name":"c"}]}}', ['spec.containers[1].name']],
    ['{"a":{"b":1},"a":{"b":2}}', ['a']],
    ['{"\\u0061":1,"a":2}', ['a']],
    ['{"a":"\\"a\\":1","b":":"}', []],
    ['{"last":"{\\"x\\":1,\\"x\\":2}"}', []],
    ['[{"a":1},{"a":2}]', []],
    ['{"a\\\\":1,"a\\\\":2}', ['a\\']],
  ])('finds the duplicates of %s', (text, duplicates) => {
    expect(decodeJson(text)).toEqual({ value: JSON.parse(text), duplicates });
  });

  it('finds none in what JSON.stringify wrote', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!text.includes('__proto__'));
        const written = JSON.stringify(JSON.parse(text), null, 1);
        expect(decodeJson(written).duplicates).toEqual([]);
      }),
    );
  });

  it('refuses malformed and endlessly nested documents with 400', () => {
    expect(() => decodeJson('{')).toThrow(
      "couldn't get version/kind; json parse error: unexpected end of JSON input",
    );
    expect(() => decodeJson('{"a":[{"__proto__":1}]}')).toThrow('the key "__proto__" cannot be kept here');
    expect(() => decodeJson('['.repeat(5000) + ']'.repeat(5000))).toThrow(/max depth/);
  });
});
