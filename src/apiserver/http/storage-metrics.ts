import type { ApiServer } from '../api-server.js';

/** How many objects of each kind are stored, under the name of old and the one that Kubernetes gave it since. */
export function storageMetrics({ registry }: ApiServer): string {
  const stored = registry.resources.all.filter(({ kind, storedAs }) => kind.stored && storedAs === undefined);
  const counts = stored.map(({ kind, prefix }) => ({ ...kind, count: registry.store.count(prefix) }));
  const lines = [
    '# HELP apiserver_storage_objects Objects that are stored, by resource.',
    '# TYPE apiserver_storage_objects gauge',
    ...counts.map(({ group, plural, count }) => {
      const resource = group === '' ? plural : `${plural}.${group}`;
      return `apiserver_storage_objects{resource="${resource}"} ${count}`;
    }),
    '# HELP apiserver_resource_objects Objects that are stored, by group and resource.',
    '# TYPE apiserver_resource_objects gauge',
    ...counts.map(
      ({ group, plural, count }) =>
        `apiserver_resource_objects{group="${group}",resource="${plural}"} ${count}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
