import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatGtidSet, isGtidSubset, parseGtidSet, subtractGtids, withoutSource } from './gtid.js';

const A = 'aaaaaaaa-0000-0000-0000-000000000000';
const B = 'bbbbbbbb-0000-0000-0000-000000000000';
const format = (text: string): string => formatGtidSet(parseGtidSet(text));

describe('GTID sets', () => {
  it.each([
    ['', ''],
    [`${A}:1-5`, `${A}:1-5`],
    [`${A}:3:1-2`, `${A}:1-3`],
    [`${B}:1,\n${A}:7:9-10`, `${A}:7:9-10,${B}:1`],
    [`${A.toUpperCase()}:1`, `${A}:1`],
    [`${A}:1-2:tag:4`, `${A}:1-2,${A}:tag:4`],
  ])('reads %j', (text, expected) => expect(format(text)).toBe(expected));

  it.each(['x:1', A, `${A}-1:1`])('refuses %j', (text) =>
    expect(() => parseGtidSet(text)).toThrow('not a GTID set'),
  );

  it.each([
    [`${A}:1-10`, `${A}:3-4`, `${A}:1-2:5-10`],
    [`${A}:1-10`, `${A}:1-20`, ''],
    [`${A}:1-10,${B}:1`, `${A}:1-10`, `${B}:1`],
    [`${A}:1-3`, `${B}:1-3`, `${A}:1-3`],
  ])('%s minus %s is %s', (left, right, expected) => {
    expect(formatGtidSet(subtractGtids(parseGtidSet(left), parseGtidSet(right)))).toBe(expected);
  });

  it('leaves out one server, tagged or not', () => {
    expect(formatGtidSet(withoutSource(parseGtidSet(`${A}:1-2:tag:4,${B}:1`), A))).toBe(`${B}:1`);
  });

  it('subtracting and comparing agree with sets of numbers', () => {
    const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 20 });
    const set = (values: number[]) => parseGtidSet(values.length === 0 ? '' : `${A}:${values.join(':')}`);
    fc.assert(
      fc.property(numbers, numbers, (left, right) => {
        const rest = left.filter((value) => !right.includes(value));
        expect(formatGtidSet(subtractGtids(set(left), set(right)))).toBe(formatGtidSet(set(rest)));
        expect(isGtidSubset(set(left), set(right))).toBe(rest.length === 0);
      }),
    );
  });
});
