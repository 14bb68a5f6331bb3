import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { waitReasons } from './waits.js';

describe('README', () => {
  const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8');
  it.each(waitReasons)('explains the wait %s', (reason) => {
    expect(readme).toContain(`\`${reason}\``);
  });
});
