import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isObject, type JsonObject } from '../deep.js';
import { lastAppliedOf } from '../patch/last-applied.js';
import { type Applied, applyConfiguration, type LiveObject } from './apply.js';
import { conflictOf } from './conflict.js';
import { noOwners, type Owners, writeOwners } from './managers.js';
import { ShapeError } from './members.js';
import { trackUpdate } from './tracked.js';

const schema = { type: 'object', ref: 'apps-v1.Deployment' } as const;
const time = '2026-01-01T00:00:00Z';

interface World {
  readonly object: JsonObject;
  readonly owners: Owners;
}

const nothing: World = { object: {}, owners: noOwners };

function yaml(text: string): JsonObject {
  const value: unknown = parse(text);
  return isObject(value) ? value : {};
}

function writer(manager: string, operation: 'Apply' | 'Update') {
  return { manager, operation, apiVersion: 'apps/v1', subresource: '' };
}

function tryApply(world: World, manager: string, text: string, force = false): Applied {
  const config = yaml(text);
  const live: LiveObject = { ...world, exists: Object.keys(world.object).length > 0 };
  return applyConfiguration({ writer: writer(manager, 'Apply'), time, schema, config, force }, live);
}

function apply(world: World, manager: string, text: string, force = false): World {
  const applied = tryApply(world, manager, text, force);
  if (applied.clashes !== undefined) throw conflictOf(applied.clashes);
  return applied;
}

function update(world: World, manager: string, text: string): World {
  const after = yaml(text);
  const versions = { owners: world.owners, before: world.object, after };
  return {
    object: after,
    owners: trackUpdate({ writer: writer(manager, 'Update'), time, schema }, versions),
  };
}

function messageOf(world: World, manager: string, text: string): string {
  const { clashes } = tryApply(world, manager, text);
  return clashes === undefined ? '' : conflictOf(clashes).message;
}

function fieldsOf({ owners }: World, manager: string): unknown {
  return writeOwners(owners)?.find((entry) => entry.manager === manager)?.fieldsV1;
}

const base = `
metadata: { labels: { app: nginx } }
spec:
  replicas: 3
  template: { spec: { containers: [{ name: nginx, image: "nginx:1", ports: [{ containerPort: 80 }] }] } }
`;

describe('server-side apply', () => {
  it('owns what it says, with keys of maps and items of lists by themselves', () => {
    const world = apply(nothing, 'me', base);
    expect(fieldsOf(world, 'me')).toEqual({
      'f:metadata': { 'f:labels': { 'f:app': {} } },
      'f:spec': {
        'f:replicas': {},
        'f:template': {
          'f:spec': {
            'f:containers': {
              'k:{"name":"nginx"}': {
                '.': {},
                'f:name': {},
                'f:image': {},
                'f:ports': {
                  'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} },
                },
              },
            },
          },
        },
      },
    });
  });

  it('the documentation: an autoscaler takes the replicas, and the user gives them up', () => {
    const first = apply(nothing, 'user', base);
    const scaled = update(first, 'kube-controller-manager', base.replace('replicas: 3', 'replicas: 7'));
    expect(messageOf(scaled, 'user', base)).toBe(
      'Apply failed with 1 conflict: conflict with "kube-controller-manager" using apps/v1: .spec.replicas',
    );
    const given = apply(scaled, 'user', base.replace('  replicas: 3\n', ''));
    expect(given.object['spec']).toMatchObject({ replicas: 7 });
    expect(fieldsOf(given, 'kube-controller-manager')).toEqual({ 'f:spec': { 'f:replicas': {} } });
    const forced = apply(scaled, 'user', base, true);
    expect(forced.object['spec']).toMatchObject({ replicas: 3 });
    expect(fieldsOf(forced, 'kube-controller-manager')).toBeUndefined();
  });

  it('the documentation: a handover by way of a shared field', () => {
    const first = apply(nothing, 'user', base);
    const shared = apply(first, 'hpa', 'spec: { replicas: 3 }');
    const left = apply(shared, 'user', base.replace('  replicas: 3\n', ''));
    expect(left.object['spec']).toMatchObject({ replicas: 3 });
    const gone = apply(left, 'hpa', 'spec: {}');
    expect(gone.object['spec']).not.toHaveProperty('replicas');
  });

  it('takes out what it does not say any longer, and the struct that is emptied by it', () => {
    const world = apply(nothing, 'me', `${base}  strategy: { rollingUpdate: { maxSurge: 1 } }\n`);
    const again = apply(world, 'me', base.replace('{ app: nginx }', '{ tier: web }'));
    expect(again.object['metadata']).toEqual({ labels: { tier: 'web' } });
    expect(again.object['spec']).not.toHaveProperty('strategy');
  });

  it('keeps an empty struct that it says', () => {
    const volume = (source: string): string =>
      `spec: { template: { spec: { volumes: [{ name: v, emptyDir: ${source} }] } } }`;
    const world = apply(apply(nothing, 'me', volume('{ medium: Memory }')), 'me', volume('{}'));
    expect(world.object['spec']).toEqual({ template: { spec: { volumes: [{ name: 'v', emptyDir: {} }] } } });
  });

  it('leaves what others put into its items, and keeps the item for them', () => {
    const world = apply(nothing, 'me', base);
    const injected = apply(
      world,
      'sidecar',
      'spec: { template: { spec: { containers: [{ name: nginx, env: [{ name: A, value: b }] }, { name: proxy, image: p }] } } }',
    );
    const without = apply(injected, 'me', 'metadata: { labels: { app: nginx } }\nspec: { replicas: 3 }');
    expect(without.object['spec']).toEqual({
      replicas: 3,
      template: {
        spec: {
          containers: [
            { name: 'nginx', env: [{ name: 'A', value: 'b' }] },
            { name: 'proxy', image: 'p' },
          ],
        },
      },
    });
  });

  it('conflicts name everyone and everything, sorted', () => {
    const world = apply(apply(nothing, 'a', base), 'b', 'metadata: { labels: { zone: x } }');
    const config =
      'metadata: { labels: { zone: y } }\nspec: { replicas: 1, template: { spec: { containers: [{ name: nginx, image: other }] } } }';
    const { clashes } = tryApply(world, 'c', config);
    expect(clashes && conflictOf(clashes).status).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message:
        'Apply failed with 3 conflicts: conflicts with "a":\n- .spec.replicas\n- .spec.template.spec.containers[name="nginx"].image\nconflicts with "b":\n- .metadata.labels.zone',
      details: {
        causes: [
          { reason: 'FieldManagerConflict', message: 'conflict with "a"', field: '.spec.replicas' },
          {
            reason: 'FieldManagerConflict',
            message: 'conflict with "a"',
            field: '.spec.template.spec.containers[name="nginx"].image',
          },
          { reason: 'FieldManagerConflict', message: 'conflict with "b"', field: '.metadata.labels.zone' },
        ],
      },
    });
  });

  it('atomic values are owned whole, sets by their values', () => {
    const one = 'metadata: { finalizers: [a/a, b/b] }\nspec: { selector: { matchLabels: { app: x } } }';
    const world = apply(nothing, 'one', one);
    expect(fieldsOf(world, 'one')).toEqual({
      'f:metadata': { 'f:finalizers': { 'v:"a/a"': {}, 'v:"b/b"': {} } },
      'f:spec': { 'f:selector': {} },
    });
    const both = apply(world, 'two', 'metadata: { finalizers: [c/c, a/a] }');
    const left = apply(both, 'one', 'metadata: {}');
    expect(left.object).toEqual({ metadata: { finalizers: ['c/c', 'a/a'] } });
    expect(messageOf(world, 'two', 'spec: { selector: { matchLabels: { app: y } } }')).toContain(
      '.spec.selector',
    );
  });

  it('what kubectl applied client-side it may take over, unless others have changed it since', () => {
    const last = JSON.stringify({ apiVersion: 'apps/v1', spec: { replicas: 3, paused: true } });
    const live = `metadata: { annotations: { kubectl.kubernetes.io/last-applied-configuration: '${last}' } }\nspec: { replicas: 3, paused: true }`;
    const created: World = {
      object: yaml(live),
      owners: trackUpdate(
        { writer: writer('kubectl-client-side-apply', 'Update'), time, schema },
        { owners: noOwners, before: {}, after: yaml(live) },
        { fresh: true },
      ),
    };
    const config = 'spec: { replicas: 5, paused: true }';
    const taken = apply(created, 'kubectl', config).object;
    expect(taken['spec']).toEqual({ replicas: 5, paused: true });
    expect(lastAppliedOf(taken)?.['spec']).toEqual({ replicas: 5, paused: true });
    expect(messageOf(created, 'someone', config)).toContain('.spec.replicas');
    const edited = update(
      created,
      'kubectl-edit',
      live.replace('spec: { replicas: 3', 'spec: { replicas: 4'),
    );
    expect(messageOf(edited, 'kubectl', config)).toContain(
      'conflict with "kubectl-edit" using apps/v1: .spec.replicas',
    );
  });

  it('an object that nobody owns belongs to whoever wrote it before', () => {
    const world = { object: yaml(base), owners: noOwners };
    expect(messageOf(world, 'me', 'spec: { replicas: 9 }')).toContain('"before-first-apply" using apps/v1');
    expect(update(world, 'edit', 'spec: { replicas: 1 }').owners.size).toBe(0);
  });

  it.each([
    ['unknown fields', 'spec: { replcas: 1 }', '.spec.replcas: field not declared in schema'],
    [
      'doubled items',
      'spec: { template: { spec: { containers: [{ name: a }, { name: a }] } } }',
      '.spec.template.spec.containers: duplicate entries for key [name="a"]',
    ],
    [
      'items without a key',
      'spec: { template: { spec: { containers: [{ image: a }] } } }',
      '.spec.template.spec.containers: associative list with keys has an element that omits key field "name" (and doesn\'t have default value)',
    ],
  ])('refuses %s', (_what, config, message) => {
    expect(() => apply(nothing, 'me', config)).toThrow(new ShapeError(message));
  });

  it.each([
    ['new items go where the configuration has them', '[a, b]', '[x, a]', 'x a b'],
    ['live items stay before the shared one they stood before', '[b, a]', '[x, a]', 'b x a'],
    ['the order of shared items is the configuration’s', '[a, b, c]', '[b, a, x]', 'b c a x'],
  ])('%s', (_what, live, config, expected) => {
    const list = (names: string): string =>
      `spec: { template: { spec: { containers: [${names
        .replace(/[[\]]/g, '')
        .split(', ')
        .map((name) => `{ name: ${name} }`)
        .join(', ')}] } } }`;
    const merged = apply(apply(nothing, 'one', list(live)), 'two', list(config));
    expect(
      JSON.stringify(merged.object)
        .match(/(?<="name":")\w/g)
        ?.join(' '),
    ).toBe(expected);
  });

  it('at most ten updaters are told apart; older ones share an entry', () => {
    let world = apply(nothing, 'me', base);
    for (let index = 0; index < 14; index += 1) {
      const labels = Array.from({ length: index + 1 }, (_, at) => `l${at}: x`).join(', ');
      world = update(world, `updater-${index}`, base.replace('{ app: nginx }', `{ app: nginx, ${labels} }`));
    }
    const names = (writeOwners(world.owners) ?? []).map(({ manager }) => manager);
    expect(names).toHaveLength(11);
    expect(names.filter((name) => name === 'ancient-changes')).toHaveLength(1);
  });
});
