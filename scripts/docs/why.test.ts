import { describe, expect, it } from 'vitest';
import { reasons } from '../../src/why/reasons.js';
import { whyPage } from './why.js';

describe('the page about holdfast why', () => {
  const page = whyPage();

  it.each(Object.entries(reasons))('has %s', (code, meaning) => {
    expect(page).toContain(`| \`${code}\` | ${meaning} |`);
  });

  it('shows an answer that a test brings about', () => {
    expect(page).toContain('mysql-1 is cloning from mysql-0, 412 of 886 MiB');
  });
});
