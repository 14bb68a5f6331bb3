import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { kindRows } from '../kinds.js';
import type { KindRef, KubeObject } from '../kube-object.js';
import { applyDefaults, kindsWithDefaults } from './index.js';

type Loose = KubeObject & { readonly [field: string]: unknown };

const folder = join(import.meta.dirname, 'golden');
const ending = '.input.yaml';
const names = readdirSync(folder)
  .filter((file) => file.endsWith(ending))
  .map((file) => file.slice(0, -ending.length));

function read(name: string, part: 'input' | 'defaulted'): Loose {
  return parse(readFileSync(join(folder, `${name}.${part}.yaml`), 'utf8'));
}

function kindOf({ apiVersion = '', kind }: Loose): KindRef<Loose> {
  const row = kindRows.find(
    (one) =>
      (one.group === '' ? one.version : `${one.group}/${one.version}`) === apiVersion && one.kind === kind,
  );
  if (row === undefined) throw new Error(`${apiVersion} ${kind} is not served`);
  const { group, version, plural, namespaced } = row;
  return { group, version, kind: row.kind, plural, namespaced };
}

describe('golden pairs', () => {
  it.each(names)('%s', (name) => {
    const input = read(name, 'input');
    const kind = kindOf(input);
    const once = applyDefaults(kind, input);
    expect(once).toEqual(read(name, 'defaulted'));
    expect(applyDefaults(kind, once), 'defaults change nothing of what has them').toEqual(once);
  });

  it('are there for every kind that has defaults', () => {
    const tested = names
      .map((name) => kindOf(read(name, 'input')))
      .map(({ group, kind }) => `${group}/${kind}`);
    expect([...new Set(tested)].sort()).toEqual([...kindsWithDefaults].sort());
  });

  it('leave objects of other kinds as they are', () => {
    const others = kindRows.filter(({ group, kind }) => !kindsWithDefaults.includes(`${group}/${kind}`));
    for (const { group, version, kind, plural, namespaced } of others) {
      const ref: KindRef<Loose> = { group, version, kind, plural, namespaced };
      const object = { metadata: { name: 'x' }, spec: { a: 1 } };
      expect(applyDefaults(ref, object)).toBe(object);
    }
  });
});
