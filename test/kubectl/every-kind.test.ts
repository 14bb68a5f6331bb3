import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unwritableWhy } from '../../src/api/kinds/unserved.js';
import { type KindRow, kindRows } from '../../src/api/kinds.js';
import { apiVersionOf } from '../../src/api/kube-object.js';
import { definition } from '../../src/api/schema/schema.js';
import { type Kubectl, type KubectlVersion, kubectlVersions } from '../tools/kubectl.js';
import { readTable } from '../tools/table.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';
import { givenKinds, sampleOf } from './samples.js';

const nameOf = ({ group, plural }: { readonly group: string; readonly plural: string }): string =>
  group === '' ? plural : `${plural}.${group}`;

/** Kinds of which there can be objects. */
const fillable = kindRows.filter((row) => unwritableWhy(row) === undefined);

/** Those that can be listed, each in the version that kubectl prefers. */
const listed = fillable
  .filter(({ verbs }) => verbs.includes('list'))
  .filter((row, index, rows) => rows.findIndex((other) => nameOf(other) === nameOf(row)) === index)
  .map((row) => ({ row, resource: nameOf(row) }));

/** Kinds that a kubectl of its time describes by asking for their alpha or beta versions, which 1.36 no longer serves. */
const ofTheFuture: Readonly<Partial<Record<KubectlVersion, readonly string[]>>> = {
  '1.28': ['ipaddresses.networking.k8s.io'],
  '1.32': [
    'ipaddresses.networking.k8s.io',
    'servicecidrs.networking.k8s.io',
    'volumeattributesclasses.storage.k8s.io',
  ],
};

const served = fillable.map((row) => ({ row, resource: nameOf(row), apiVersion: apiVersionOf(row) }));

const sampleName = (resource: string): string =>
  givenKinds[resource] ?? sampleOf(resource, '', '').metadata?.name ?? '';

/** The fields of a kind itself, by the schema that is served. */
const fieldsOf = (row: KindRow): readonly string[] =>
  Object.keys(definition(row.definition)?.fields ?? {}).toSorted();

/** The fields of the first level that `kubectl explain` printed. */
const fieldsIn = (text: string): readonly string[] =>
  [...text.matchAll(/^ {2}(\w+)\t<[^>]+>/gm)].map(([, name = '']) => name).toSorted();

function expectHead(text: string, { kind, version, group }: KindRow): void {
  expect(text).toMatch(new RegExp(`^KIND: +${kind}$`, 'm'));
  expect(text).toMatch(new RegExp(`^VERSION: +${version}$`, 'm'));
  if (group !== '') expect(text).toMatch(new RegExp(`^GROUP: +${group}$`, 'm'));
  expect(text).toMatch(/^DESCRIPTION:\n {4}\S/m);
}

let cluster: PaperCluster;

beforeAll(async () => {
  cluster = await startPaperCluster();
  const kubectl = cluster.kubectl('1.35');
  for (const { row, resource } of listed) {
    if (givenKinds[resource] !== undefined) continue;
    const object = sampleOf(resource, apiVersionOf(row), row.kind);
    await kubectl.ok(['create', '-f', '-'], { input: JSON.stringify(object) });
  }
});

afterAll(() => cluster?.[Symbol.asyncDispose]());

describe.each(kubectlVersions)('every kind with kubectl %s', (version) => {
  let kubectl: Kubectl;
  beforeAll(() => {
    kubectl = cluster.kubectl(version);
  });

  it('api-resources lists them, with their verbs and categories', async () => {
    const { rows } = readTable(await kubectl.ok(['api-resources', '-o', 'wide']));
    const expected = kindRows.map((row) => ({
      NAME: row.plural,
      SHORTNAMES: row.shortNames.join(','),
      APIVERSION: apiVersionOf(row),
      NAMESPACED: String(row.namespaced),
      KIND: row.kind,
      VERBS: [...row.verbs].toSorted().join(','),
      CATEGORIES: row.categories.join(','),
    }));
    // kubectl lists a kind that is served in two versions once, in the preferred one.
    for (const row of rows) expect(expected).toContainEqual(row);
    const preferred = new Set(kindRows.map((row) => nameOf(row)));
    expect(rows).toHaveLength(preferred.size);
  });

  it.each(listed)('describe $resource', async ({ resource }) => {
    const sample = sampleName(resource);
    if (ofTheFuture[version]?.includes(resource)) {
      const { code, stderr } = await kubectl.run(['describe', resource, sample]);
      expect([code, stderr]).toEqual([1, expect.stringContaining('could not find the requested resource')]);
      return;
    }
    const text = await kubectl.ok(['describe', resource, sample]);
    expect(text).toMatch(new RegExp(`^Name: +${sample}$`, 'm'));
  });

  it.each(served)('explain --recursive of $resource in $apiVersion', async ({ row, apiVersion }) => {
    const text = await kubectl.ok(['explain', row.plural, `--api-version=${apiVersion}`, '--recursive']);
    expectHead(text, row);
    expect(fieldsIn(text)).toEqual(fieldsOf(row));
    expect(text).toMatch(/^ {4}managedFields\t<\[\]ManagedFieldsEntry>\n {6}apiVersion\t<string>/m);
  });

  it('explain goes down to any field, and says when there is none', async () => {
    const depth = await kubectl.ok(['explain', 'pods.spec.containers.livenessProbe.httpGet.port']);
    expect(depth).toMatch(/^FIELD: port <IntOrString>/m);
    const { code, stderr } = await kubectl.run(['explain', 'pods.spec.colour']);
    expect([code, stderr]).toEqual([1, 'error: field "colour" does not exist\n']);
    const kind = await kubectl.run(['explain', 'unicorns']);
    expect([kind.code, kind.stderr]).toEqual([
      1,
      expect.stringContaining('the server doesn\'t have a resource type "unicorns"'),
    ]);
  });
});

// The server prints these; the version of kubectl makes no difference.
describe('every kind', () => {
  it.each(listed)('get $resource', async ({ row, resource }) => {
    const kubectl = cluster.kubectl('1.35');
    const sample = sampleName(resource);
    const [head = '', line = ''] = (await kubectl.ok(['get', resource, sample, '-o', 'wide'])).split('\n');
    expect(head).toMatch(/^(NAME|LAST SEEN) /);
    expect(line).toContain(row.kind === 'Event' ? 'it was seen' : sample);
    const object = await kubectl.ok(['get', resource, sample, '-o', 'jsonpath={.apiVersion} {.kind}']);
    expect(object).toBe(`${apiVersionOf(row)} ${row.kind}`);
  });

  it.each(served)('explain $resource in $apiVersion', async ({ row, apiVersion }) => {
    const text = await cluster.kubectl('1.35').ok(['explain', row.plural, `--api-version=${apiVersion}`]);
    expectHead(text, row);
    expect(fieldsIn(text)).toEqual(fieldsOf(row));
  });
});
