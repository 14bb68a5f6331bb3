import { describe, expect, it } from 'vitest';
import { kindRows } from '../../src/api/kinds.js';
import { idleKinds } from '../../src/apiserver/admission/idle-kinds.js';
import { fieldRules } from '../../src/node/support/rules.js';
import { acting } from './acting.js';
import { apiPage } from './page.js';

const page = apiPage();

describe('the page about the API', () => {
  it('names every kind, and what acts on it', () => {
    for (const { group, kind, plural } of kindRows) {
      expect(page, kind).toContain(`| ${kind} | \`${plural}\``);
      const name = `${group}/${kind}`;
      expect(acting[name] ?? idleKinds[name], `scripts/docs/acting.ts about ${kind}`).toBeDefined();
    }
  });

  it('says of every field that may be refused why', () => {
    for (const [definition, rules] of Object.entries(fieldRules)) {
      for (const [field, rule] of Object.entries(rules)) {
        if (rule !== true) expect(page).toContain(`| ${definition}.${field} | `);
      }
    }
  });

  it('shows an example that works', () => {
    expect(page).toContain('scope: Cluster');
    expect(page).toContain('spec.controller: Required value');
    expect(page).toContain("spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'");
  });
});
