import { expect, test } from 'vitest';
import { parseYaml } from './yaml.js';

test('YAML 1.1, as Go reads it', async () => {
  const { value, strict } = await parseYaml(
    'mode: 0644\non: yes\nwhen: 2026-11-22T10:00:00Z\nday: 2026-11-22\nsize: 1_000\nbase: &b {a: 1}\nmore: {<<: *b, c: 2}\nquoted: "no"\n',
  );
  expect(strict).toEqual([]);
  expect(JSON.parse(JSON.stringify(value))).toEqual({
    mode: 420,
    true: true,
    when: '2026-11-22T10:00:00Z',
    day: '2026-11-22',
    size: 1000,
    base: { a: 1 },
    more: { a: 1, c: 2 },
    quoted: 'no',
  });
});

test('of a key that stands twice the last value counts, and strict reading says so', async () => {
  expect(await parseYaml('a: 1\nb:\n  c: 1\n  "c": 2\n')).toEqual({
    value: { a: 1, b: { c: 2 } },
    strict: ['yaml: unmarshal errors:\n  line 4: key "c" already set in map'],
  });
});

const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
  .concat(
    'bcdefgh'.split('').map((to, i) => `${to}: &${to} [${`*${'abcdefg'[i]}, `.repeat(9).slice(0, -2)}]`),
  )
  .join('\n');

test.each([
  ['a: [', 'error converting YAML to JSON: yaml: '],
  ['a: b: c', 'error converting YAML to JSON: yaml: '],
  ['a: *nobody', 'error converting YAML to JSON: yaml: '],
  ['--- 1\n--- 2', 'error converting YAML to JSON: yaml: '],
  ['a: !!js/function "x"', ''],
  ['__proto__: {polluted: true}', 'the key "__proto__" cannot be kept here'],
  [bomb, 'error converting YAML to JSON: yaml: Excessive alias count'],
  [`${'['.repeat(3000)}${']'.repeat(3000)}`, 'max depth'],
  ['['.repeat(1_000_000), 'max depth'],
  ['- '.repeat(100_000), 'max depth'],
  ['? '.repeat(100_000), 'max depth'],
  ['{a: '.repeat(100_000), 'max depth'],
  [Array.from({ length: 1000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'), 'max depth'],
])('%#: refused or read, and nothing worse', async (text, why) => {
  const answer = await parseYaml(text).then(
    () => '',
    (error: Error) => error.message,
  );
  expect(answer).toContain(why);
  expect(Object.prototype).not.toHaveProperty('polluted');
});
