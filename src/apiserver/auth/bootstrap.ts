import { kinds } from '../../api/kinds.js';
import { isAlreadyExists } from '../../api/status-error.js';
import type { ApiServer } from '../api-server.js';
import { createEntry } from '../registry/create.js';
import type { Write } from '../registry/registry.js';
import { keyOf } from '../registry/resources.js';
import { builtInBindings, builtInRoles } from './built-in-roles.js';

/**
 * Stores the built-in ClusterRoles and their bindings where they are missing, so that `kubectl get clusterroles` shows
 * them. They hold before that too.
 */
export async function storeBuiltInRoles({ registry }: ApiServer): Promise<void> {
  const write: Write = {
    registry,
    user: { name: 'system:apiserver', groups: ['system:masters'] },
    dryRun: false,
    manager: 'apiserver',
    warn: () => {},
  };
  const wanted = [
    ...builtInRoles().map((object) => ({ kind: kinds.ClusterRole, object })),
    ...builtInBindings().map((object) => ({ kind: kinds.ClusterRoleBinding, object })),
  ];
  const one = async ({ kind, object }: (typeof wanted)[number]): Promise<void> => {
    const resource = registry.resources.find(kind);
    const name = object.metadata?.name ?? '';
    if (resource === undefined || registry.store.get(keyOf(resource, undefined, name)) !== undefined) return;
    try {
      await createEntry(write, { resource, object });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  };
  await Promise.all(wanted.map(one));
}
