import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isList, isObject, type JsonObject } from '../deep.js';
import { applyConfiguration } from './apply.js';
import { pathsOf, readSet } from './field-set.js';
import { noOwners, type Owners, writeOwners } from './managers.js';

const schema = { type: 'object', ref: 'apps-v1.Deployment' } as const;
const value = fc.constantFrom('1', '2');
const env = fc.uniqueArray(
  fc.record({ name: fc.constantFrom('E', 'F'), value }, { requiredKeys: ['name'] }),
  {
    selector: ({ name }) => name,
  },
);
const container = fc.record(
  { name: fc.constantFrom('x', 'y', 'z'), image: value, args: fc.array(value, { minLength: 1 }), env },
  { requiredKeys: ['name'] },
);
const config = fc.record(
  {
    metadata: fc.record(
      {
        labels: fc.dictionary(fc.constantFrom('a', 'b', 'c'), value, { minKeys: 1 }),
        finalizers: fc.uniqueArray(fc.constantFrom('f/1', 'f/2', 'f/3'), { minLength: 1 }),
      },
      { requiredKeys: [] },
    ),
    spec: fc.record(
      {
        replicas: fc.constantFrom(1, 2),
        template: fc.record({
          spec: fc.record({
            containers: fc.uniqueArray(container, { selector: ({ name }) => name, minLength: 1 }),
          }),
        }),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);
const step = fc.record({ manager: fc.constantFrom('m', 'n', 'o'), config, force: fc.boolean() });

/** Every value that can be owned, by its path; a plain reading that shares nothing with the code under test. */
function leaves(object: unknown, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  const add = (deeper: Map<string, string>): void => {
    for (const [key, text] of deeper) found.set(key, text);
  };
  if (isList(object) && path.endsWith('/args')) return found.set(path, JSON.stringify(object));
  if (isList(object)) {
    for (const item of object)
      add(leaves(item, `${path}[${isObject(item) ? String(item['name']) : String(item)}]`));
  } else if (isObject(object)) {
    for (const [name, below] of Object.entries(object)) add(leaves(below, `${path}/${name}`));
  } else found.set(path, String(object));
  return found;
}

interface Claim {
  value: string;
  readonly by: Set<string>;
}

/** What should stand in the object, and who says so. */
class Model {
  readonly claims = new Map<string, Claim>();

  conflicts(manager: string, wanted: Map<string, string>): string[] {
    return [...wanted].flatMap(([path, text]) => {
      const claim = this.claims.get(path);
      const others = claim !== undefined && [...claim.by].some((name) => name !== manager);
      return others && claim.value !== text ? [path] : [];
    });
  }

  apply(manager: string, wanted: Map<string, string>): void {
    for (const [path, claim] of this.claims) {
      if (!wanted.has(path)) claim.by.delete(manager);
      if (claim.by.size === 0) this.claims.delete(path);
    }
    for (const [path, text] of wanted) {
      const claim = this.claims.get(path);
      if (claim !== undefined && claim.value === text) claim.by.add(manager);
      else this.claims.set(path, { value: text, by: new Set([manager]) });
    }
  }
}

interface World {
  readonly object: JsonObject;
  readonly owners: Owners;
}

function apply(
  world: World,
  { manager, config: wanted, force }: { manager: string; config: JsonObject; force: boolean },
) {
  const writer = { manager, operation: 'Apply', apiVersion: 'apps/v1', subresource: '' } as const;
  const exists = Object.keys(world.object).length > 0 || world.owners.size > 0;
  const application = { writer, time: '2026-01-01T00:00:00Z', schema, config: wanted, force };
  return applyConfiguration(application, { ...world, exists });
}

describe('any history of applies', () => {
  it('leaves exactly what someone says, owned by exactly those who say it', () => {
    let conflicts = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
        const model = new Model();
        let world: World = { object: {}, owners: noOwners };
        for (const one of steps) {
          const wanted = leaves(one.config);
          const clashing = model.conflicts(one.manager, wanted);
          const applied = apply(world, one);
          expect(applied.clashes !== undefined).toBe(clashing.length > 0 && !one.force);
          if (applied.clashes !== undefined) {
            conflicts += 1;
            continue;
          }
          model.apply(one.manager, wanted);
          world = applied;
          expect(leaves(world.object)).toEqual(
            new Map([...model.claims].map(([path, claim]) => [path, claim.value])),
          );
          const again = apply(world, { ...one, force: false });
          expect(again).toEqual(world);
        }
        for (const { manager, fieldsV1 } of writeOwners(world.owners) ?? []) {
          const owned = pathsOf(readSet(fieldsV1) ?? {});
          const said = [...model.claims].filter(([, claim]) => claim.by.has(manager ?? ''));
          expect(said.length).toBeLessThanOrEqual(owned.length);
          expect(
            said.length > 0 || owned.every(([first]) => first === 'f:spec' || first === 'f:metadata'),
          ).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
    expect(conflicts).toBeGreaterThan(0);
  });

  it('those who say different fields never conflict', () => {
    const labels = fc.dictionary(fc.constantFrom('a', 'b'), value, { minKeys: 1 });
    const other = fc.dictionary(fc.constantFrom('c', 'd'), value, { minKeys: 1 });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), labels, other), { maxLength: 8 }), (steps) => {
        let world: World = { object: {}, owners: noOwners };
        for (const [first, mine, theirs] of steps) {
          const wanted = { metadata: { labels: first ? mine : theirs } };
          const applied = apply(world, { manager: first ? 'm' : 'n', config: wanted, force: false });
          expect(applied.clashes).toBeUndefined();
          if (applied.clashes === undefined) world = applied;
        }
      }),
    );
  });
});
