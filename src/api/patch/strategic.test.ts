import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../deep.js';
import { lastAppliedAnnotation, lastAppliedOf, withLastApplied } from './last-applied.js';
import { listStrategy } from './schema-lookup.js';
import { strategicMergeDiff } from './strategic-diff.js';
import { applyStrategicMergePatch } from './strategic-merge.js';
import { threeWayMergePatch, threeWayPatch } from './three-way.js';

const podSpec = 'core-v1.PodSpec';
const deployment = 'apps-v1.Deployment';

describe('schema lookup', () => {
  it('knows merge keys', () => {
    expect(listStrategy(podSpec, 'containers')).toMatchObject({
      merge: true,
      mergeKey: 'name',
      definition: 'core-v1.Container',
    });
    expect(listStrategy('apps-v1.DeploymentSpec', 'strategy')).toMatchObject({ retainKeys: true });
    expect(listStrategy('meta-v1.ObjectMeta', 'finalizers')).toMatchObject({ merge: true });
    expect(listStrategy('core-v1.Container', 'args')).toMatchObject({ merge: false });
  });
});

interface Case {
  readonly name: string;
  readonly definition?: string;
  readonly original: JsonObject;
  readonly patch: JsonObject;
  readonly want: JsonObject;
}

const abc = [
  { name: 'a', image: '1' },
  { name: 'b', image: '1' },
  { name: 'c', image: '1' },
];

const cases: readonly Case[] = [
  {
    name: 'merges a list by key and appends what is new',
    original: { containers: [{ name: 'a', image: '1', tty: true }] },
    patch: {
      containers: [
        { name: 'a', image: '2' },
        { name: 'b', image: '3' },
      ],
    },
    want: {
      containers: [
        { name: 'a', image: '2', tty: true },
        { name: 'b', image: '3' },
      ],
    },
  },
  {
    name: 'deletes an element',
    original: { containers: abc },
    patch: { containers: [{ $patch: 'delete', name: 'b' }] },
    want: { containers: [abc[0], abc[2]] },
  },
  {
    name: 'replaces a list',
    original: { containers: abc },
    patch: { containers: [{ name: 'z' }, { $patch: 'replace' }] },
    want: { containers: [{ name: 'z' }] },
  },
  {
    name: 'replaces a map',
    original: { securityContext: { runAsUser: 1, fsGroup: 2 } },
    patch: { securityContext: { $patch: 'replace', runAsUser: 3 } },
    want: { securityContext: { runAsUser: 3 } },
  },
  {
    name: 'empties a map',
    original: { securityContext: { runAsUser: 1 } },
    patch: { securityContext: { $patch: 'delete' } },
    want: { securityContext: {} },
  },
  {
    name: 'removes a field by null, and drops nulls of new parts',
    original: { hostname: 'x' },
    patch: { hostname: null, subdomain: null, securityContext: { runAsUser: null, fsGroup: 1 } },
    want: { securityContext: { fsGroup: 1 } },
  },
  {
    name: 'replaces atomic lists',
    definition: 'core-v1.Container',
    original: { args: ['a', 'b'] },
    patch: { args: ['c'] },
    want: { args: ['c'] },
  },
  {
    name: 'merges scalars as a set and removes some',
    definition: 'meta-v1.ObjectMeta',
    original: { finalizers: ['a', 'b', 'c'] },
    patch: { '$deleteFromPrimitiveList/finalizers': ['b'], finalizers: ['c', 'd'] },
    want: { finalizers: ['a', 'c', 'd'] },
  },
  {
    name: 'orders elements; what only the server has keeps its place',
    original: { containers: [...abc, { name: 'server' }] },
    patch: {
      '$setElementOrder/containers': [{ name: 'c' }, { name: 'new' }, { name: 'a' }, { name: 'b' }],
      containers: [{ name: 'new' }],
    },
    want: { containers: [abc[2], { name: 'new' }, abc[0], abc[1], { name: 'server' }] },
  },
  {
    name: 'keeps only the retained keys',
    definition: 'apps-v1.DeploymentSpec',
    original: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } },
    patch: { strategy: { $retainKeys: ['type'], type: 'Recreate' } },
    want: { strategy: { type: 'Recreate' } },
  },
  {
    name: 'merges nested lists by their own keys',
    original: {
      containers: [
        {
          name: 'a',
          env: [
            { name: 'X', value: '1' },
            { name: 'Y', value: '1' },
          ],
        },
      ],
    },
    patch: { containers: [{ name: 'a', env: [{ name: 'Y', value: '2' }] }] },
    want: {
      containers: [
        {
          name: 'a',
          env: [
            { name: 'X', value: '1' },
            { name: 'Y', value: '2' },
          ],
        },
      ],
    },
  },
];

describe('strategic merge patch', () => {
  it.each(cases)('$name', ({ definition = podSpec, original, patch, want }) => {
    const before = structuredClone(original);
    expect(applyStrategicMergePatch(original, patch, definition)).toEqual(want);
    expect(original).toEqual(before);
  });

  it.each([
    [{ containers: [{ image: 'x' }] }, /merge key: name/],
    [{ $patch: 'no' }, /Unknown patch type/],
  ])('refuses %j', (patch, message) => {
    expect(() => applyStrategicMergePatch({ containers: abc }, patch, podSpec)).toThrow(message);
  });
});

const word = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const named = <T>(extra: fc.Arbitrary<T>) =>
  fc
    .uniqueArray(word, { maxLength: 4 })
    .chain((names) => fc.tuple(...names.map((name) => extra.map((rest) => ({ ...rest, name })))));
const optional = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(model, { requiredKeys: [] });
const container = optional({
  image: word,
  args: fc.array(word, { maxLength: 3 }),
  env: named(optional({ value: word })),
  tty: fc.boolean(),
});
const object = optional({
  metadata: optional({
    labels: fc.dictionary(word, word, { noNullPrototype: true }),
    finalizers: fc.uniqueArray(word),
  }),
  spec: optional({
    replicas: fc.nat(3),
    strategy: fc.oneof(
      fc.constant({ type: 'Recreate' }),
      fc.record({ type: fc.constant('RollingUpdate'), rollingUpdate: optional({ maxSurge: fc.nat(3) }) }),
    ),
    template: optional({ spec: optional({ containers: named(container), hostname: word }) }),
  }),
});

describe('strategic diff', () => {
  it('gives the patch that leads from one to the other', () => {
    fc.assert(
      fc.property(object, object, (original, modified) => {
        const patch = strategicMergeDiff(original, modified, deployment);
        expect(applyStrategicMergePatch(original, patch, deployment)).toEqual(modified);
      }),
      { numRuns: 500 },
    );
  });

  it('is empty between equals, and applying a patch twice is applying it once', () => {
    fc.assert(
      fc.property(object, object, (original, modified) => {
        expect(strategicMergeDiff(original, original, deployment)).toEqual({});
        const patch = strategicMergeDiff(original, modified, deployment);
        const once = applyStrategicMergePatch(original, patch, deployment);
        expect(applyStrategicMergePatch(once, patch, deployment)).toEqual(once);
      }),
      { numRuns: 500 },
    );
  });
});

describe('three-way patch', () => {
  it('removes what was applied before and keeps what others added', () => {
    const lastApplied = {
      metadata: { labels: { old: '1', kept: '1' } },
      spec: {
        template: {
          spec: {
            containers: [{ name: 'a', image: '1', env: [{ name: 'GONE', value: 'x' }] }, { name: 'sidecar' }],
          },
        },
      },
    };
    const modified = {
      metadata: { labels: { kept: '2' } },
      spec: {
        template: { spec: { containers: [{ name: 'a', image: '2', env: [{ name: 'KEPT', value: 'z' }] }] } },
      },
    };
    const current = {
      metadata: { labels: { old: '1', kept: '1', theirs: 'x' } },
      spec: {
        replicas: 7,
        template: {
          spec: {
            containers: [
              {
                name: 'a',
                image: '1',
                tty: true,
                env: [
                  { name: 'GONE', value: 'x' },
                  { name: 'THEIRS', value: 'y' },
                ],
              },
              { name: 'sidecar' },
              { name: 'injected' },
            ],
          },
        },
      },
    };
    const patch = threeWayPatch({ lastApplied, modified, current }, deployment);
    expect(applyStrategicMergePatch(current, patch, deployment)).toEqual({
      metadata: { labels: { kept: '2', theirs: 'x' } },
      spec: {
        replicas: 7,
        template: {
          spec: {
            containers: [
              {
                name: 'a',
                image: '2',
                tty: true,
                env: [
                  { name: 'KEPT', value: 'z' },
                  { name: 'THEIRS', value: 'y' },
                ],
              },
              { name: 'injected' },
            ],
          },
        },
      },
    });
  });

  it('is empty once it has been applied', () => {
    fc.assert(
      fc.property(object, object, object, (lastApplied, modified, current) => {
        const patch = threeWayPatch({ lastApplied, modified, current }, deployment);
        const applied = applyStrategicMergePatch(current, patch, deployment);
        expect(threeWayPatch({ lastApplied: modified, modified, current: applied }, deployment)).toEqual({});
      }),
      { numRuns: 500 },
    );
  });

  it('works as a merge patch for kinds without a schema', () => {
    const states = {
      lastApplied: { spec: { a: 1, b: 1 } },
      modified: { spec: { b: 2 } },
      current: { spec: { a: 1, b: 1, c: 1 } },
    };
    expect(threeWayMergePatch(states)).toEqual({ spec: { a: null, b: 2 } });
  });
});

describe('last-applied annotation', () => {
  it('is written as kubectl writes it', () => {
    const manifest = {
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { name: 'x', namespace: 'default' },
      data: { k: 'a<b>&c' },
    };
    const annotated = withLastApplied(manifest);
    const text =
      '{"apiVersion":"v1","data":{"k":"a\\u003cb\\u003e\\u0026c"},"kind":"ConfigMap","metadata":{"annotations":{},"name":"x","namespace":"default"}}\n';
    expect(annotated).toMatchObject({ metadata: { annotations: { [lastAppliedAnnotation]: text } } });
    expect(lastAppliedOf(annotated)).toMatchObject({ data: { k: 'a<b>&c' } });
    expect(withLastApplied(annotated)).toEqual(annotated);
  });
});
