import type { StatefulSet, StatefulSetSpec } from '../../api/generated/apps-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { startTestCluster, type TestCluster } from '../../cluster/test-cluster.fixture.js';
import { newSet } from './world.fixture.js';

/** Where the set of these tests is. */
export const webKey = { namespace: 'default', name: 'web' };

/** A cluster with the set `web`, all its Pods ready; disposing of it stops it. */
export async function clusterWith(
  spec: Partial<StatefulSetSpec> = {},
  options: Parameters<typeof startTestCluster>[0] = {},
): Promise<TestCluster> {
  const cluster = await startTestCluster(options);
  await createSet(cluster, spec);
  await cluster.until(() => cluster.ready().length === (spec.replicas ?? 3));
  await cluster.settle();
  return cluster;
}

/** Creates the set `web`. */
export function createSet(cluster: TestCluster, spec: Partial<StatefulSetSpec> = {}): Promise<StatefulSet> {
  const set = newSet(spec);
  return cluster.client.create(kinds.StatefulSet, { ...set, metadata: webKey });
}

/** The set as it stands. */
export function setOf(cluster: TestCluster): Promise<StatefulSet> {
  return cluster.client.get(kinds.StatefulSet, webKey);
}

/** Changes the set by a merge patch. */
export function patchSet(cluster: TestCluster, body: object): Promise<StatefulSet> {
  return cluster.client.patch(kinds.StatefulSet, webKey, { type: 'application/merge-patch+json', body });
}

/** Gives the template another image. */
export function setImage(cluster: TestCluster, image: string): Promise<StatefulSet> {
  const containers = [{ name: 'web', image }];
  return patchSet(cluster, { spec: { template: { spec: { containers } } } });
}

/** A Pod of the set. */
export function podOf(cluster: TestCluster, ordinal: number): Pod {
  const pod = cluster.pods().find(({ metadata }) => metadata?.name === `web-${ordinal}`);
  if (pod === undefined) throw new Error(`web-${ordinal} is not there`);
  return pod;
}

/** The names of the Pods, in order. */
export function podNames(cluster: TestCluster): readonly string[] {
  return cluster.pods().map(({ metadata }) => metadata?.name ?? '');
}

/** The images of the Pods, in order. */
export function images(cluster: TestCluster): readonly string[] {
  return cluster.pods().map(({ spec }) => spec?.containers[0]?.image ?? '');
}

/** The template `v1` whose Pods meet a fate on the simulated node. */
export function templateWith(
  image: string,
  annotations: Readonly<Record<string, string>>,
): StatefulSetSpec['template'] {
  return {
    metadata: { labels: { app: 'web' }, annotations },
    spec: { containers: [{ name: 'web', image }] },
  };
}
