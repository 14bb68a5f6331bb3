import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonSyntaxError } from './json-syntax.js';

describe('jsonSyntaxError', () => {
  // What Go 1.24's encoding/json answers to the same texts.
  it.each([
    ['', 'unexpected end of JSON input'],
    ['{', 'unexpected end of JSON input'],
    ['{"a":"b', 'unexpected end of JSON input'],
    ['{"a":-', 'unexpected end of JSON input'],
    ['{a:1}', "invalid character 'a' looking for beginning of object key string"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b":2}', "invalid character '\"' after object key:value pair"],
    ['{"a":}', "invalid character '}' looking for beginning of value"],
    ["{'a':1}", "invalid character '\\'' looking for beginning of object key string"],
    ['[1 2]', "invalid character '2' after array element"],
    ['[1,]', "invalid character ']' looking for beginning of value"],
    ['{}x', "invalid character 'x' after top-level value"],
    ['01', "invalid character '1' after top-level value"],
    ['1.x', "invalid character 'x' after decimal point in numeric literal"],
    ['1ex', "invalid character 'x' in exponent of numeric literal"],
    ['-x', "invalid character 'x' in numeric literal"],
    ['trap', "invalid character 'a' in literal true (expecting 'u')"],
    ['nul!', "invalid character '!' in literal null (expecting 'l')"],
    ['"a\nb"', "invalid character '\\n' in string literal"],
    ['"\\x"', "invalid character 'x' in string escape code"],
    ['"\\u12g4"', "invalid character 'g' in \\u hexadecimal character escape"],
    ['apiVersion: v1', "invalid character 'a' looking for beginning of value"],
  ])('%s', (text, why) => {
    expect(jsonSyntaxError(text)).toBe(why);
  });

  it('agrees with JSON.parse on what is JSON', () => {
    const isJson = (text: string): boolean => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    const cut = fc
      .tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2, unit: 'grapheme-ascii' }))
      .map(([text, at, extra]) => {
        const where = at % (text.length + 1);
        return text.slice(0, where) + extra + text.slice(where + 1);
      });
    fc.assert(
      fc.property(fc.oneof(fc.json(), cut, fc.string()), (text) => {
        expect(jsonSyntaxError(text) === undefined).toBe(isJson(text));
      }),
    );
  });
});
