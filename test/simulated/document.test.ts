import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { matches, stepsOf } from './console.js';
import { type Installation, install } from './installation.js';

const markdown = readFileSync(new URL('../../docs/simulated.md', import.meta.url), 'utf8');
const steps = stepsOf(markdown);

describe('docs/simulated.md', () => {
  let user: Installation;

  beforeAll(async () => {
    user = await install();
  });

  afterAll(() => user?.[Symbol.asyncDispose]());

  it('has examples', () => {
    expect(steps.length).toBeGreaterThan(8);
  });

  it.each(steps)('$command', async ({ command, lines }) => {
    const { stdout } = await user.shell(command);
    // Shown side by side when they differ.
    if (!matches(lines, stdout)) expect(stdout.split('\n')).toEqual(lines);
  });
});

describe('what a document says of an output', () => {
  it.each([
    [['a b'], 'a    b\n', true],
    [['a b'], 'a b\nc\n', false],
    [['a', '…'], 'a\nb\nc\n', true],
    [['…', 'c'], 'a\nb\nc', true],
    [['a … c'], 'a b c', true],
    [['a (b)'], 'a (b)', true],
    [['a', '', 'b'], 'a\n\nb\n', true],
    [['a', '…', 'b'], 'a\nc\n', false],
  ])('%j and %j: %s', (lines, output, expected) => expect(matches(lines, output)).toBe(expected));
});
