import { afterEach, describe, expect, it } from 'vitest';
import { kinds } from '../api/kinds.js';
import { administrator, type ControlPlane, startControlPlane } from '../cluster/control-plane.js';
import { silentLogger } from '../lib/log.js';
import { seededRandom } from '../lib/seeded-random.js';
import { systemClock } from '../lib/system-clock.js';
import { openMemoryStore } from '../store/memory.js';
import { applyManifests, displayName } from './apply.js';
import { parseManifests, readManifests } from './manifests.js';

let plane: ControlPlane | undefined;
afterEach(async () => {
  await plane?.[Symbol.asyncDispose]();
});

async function client() {
  const random = seededRandom(1);
  plane = await startControlPlane({
    store: openMemoryStore(),
    clock: systemClock,
    random,
    log: silentLogger,
    node: 'none',
  });
  return plane.client(administrator);
}

const options = { namespace: 'default', warn: () => undefined };
const architecture = readManifests(['examples/mysql/architecture.yaml'], () => '');

describe('applying', () => {
  it('creates, and finds nothing to change the second time', async () => {
    const api = await client();
    const first = await applyManifests(api, architecture, options);
    expect(first.map((one) => `${displayName(one)} ${one.outcome}`)).toEqual([
      'service/mysql created',
      'service/mysql-master created',
      'statefulset.apps/mysql created',
    ]);
    const second = await applyManifests(api, architecture, options);
    expect(second.map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged', 'unchanged']);
  });

  it('changes what changed', async () => {
    const api = await client();
    await applyManifests(api, architecture, options);
    const more = architecture.map((one) =>
      one.object['kind'] === 'StatefulSet'
        ? { ...one, object: { ...one.object, spec: { ...Object(one.object['spec']), replicas: 4 } } }
        : one,
    );
    const outcomes = (await applyManifests(api, more, options)).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['unchanged', 'unchanged', 'configured']);
  });

  it('names the way when claim templates are to change, and not when something else is', async () => {
    const api = await client();
    await applyManifests(api, architecture, options);
    const changed = (from: string, to: string) =>
      parseManifests(JSON.stringify(architecture.at(-1)?.object).replace(from, to), 'm.yaml');
    await expect(applyManifests(api, changed('5Gi', '9Gi'), options)).rejects.toThrow(
      /are forbidden; claim templates change by `holdfast resize statefulset\/mysql -n default -f FILE`$/,
    );
    const renamed = changed('"serviceName":"mysql"', '"serviceName":"other"');
    await expect(applyManifests(api, renamed, options)).rejects.toThrow(/are forbidden$/);
  });

  it.each([
    [
      'an unknown kind',
      'apiVersion: v1\nkind: Nonsense\nmetadata: {name: x}\n',
      'm.yaml:1: no kind "Nonsense" in version "v1"',
    ],
    [
      'an invalid value',
      'apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {ports: [{port: 99999}]}\n',
      'between 1 and 65535',
    ],
    ['no name', 'apiVersion: v1\nkind: Service\n', 'm.yaml:1: Service: metadata.name is not set'],
  ])('writes nothing at all when one object has %s', async (_, bad, message) => {
    const api = await client();
    const good = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: good}\n---\n';
    await expect(applyManifests(api, parseManifests(bad, 'm.yaml'), options)).rejects.toThrow(message);
    await expect(applyManifests(api, parseManifests(good + bad, 'm.yaml'), options)).rejects.toThrow(
      'm.yaml:',
    );
    expect(
      (await api.list(kinds.ConfigMap, 'default')).items.map(({ metadata }) => metadata?.name),
    ).not.toContain('good');
  });
});
