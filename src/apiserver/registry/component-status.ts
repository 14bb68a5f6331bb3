import type { ComponentStatus } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import type { KindRef } from '../../api/kube-object.js';
import { notFound } from '../../api/status-error.js';
import type { Entry } from '../../store/store.js';
import { unstored } from './codec.js';
import type { Registry } from './registry.js';
import { selectionOf } from './selection.js';

/** Whether a part of the control plane works, and what is wrong when it does not. */
export interface ComponentHealth {
  readonly name: string;
  readonly error?: string;
}

function statusOf({ name, error }: ComponentHealth): ComponentStatus {
  const condition =
    error === undefined
      ? { type: 'Healthy', status: 'True', message: 'ok' }
      : { type: 'Healthy', status: 'False', message: error };
  return { apiVersion: 'v1', kind: 'ComponentStatus', metadata: { name }, conditions: [condition] };
}

/** The store under the name that Kubernetes gives to its own. */
function storeHealth({ store }: Registry): ComponentHealth {
  return store.revision >= 0 ? { name: 'etcd-0' } : { name: 'etcd-0', error: 'the store has no revision' };
}

function allStatuses(registry: Registry): readonly ComponentStatus[] {
  return [...registry.components(), storeHealth(registry)].map(statusOf);
}

/** Whether objects of a kind are made from the state of the components; of the other kinds that are not stored there are none. */
export function isComponentStatus({ group, kind }: Pick<KindRef, 'group' | 'kind'>): boolean {
  return group === '' && kind === kinds.ComponentStatus.kind;
}

/** The state of every component at this moment. */
export function componentStatuses(
  registry: Registry,
  selectors: Parameters<typeof selectionOf>[1],
): readonly Entry[] {
  const selected = selectionOf({ kind: kinds.ComponentStatus }, selectors);
  return allStatuses(registry)
    .filter((status) => selected === undefined || selected(status))
    .map((status) => unstored('', status));
}

/** The state of one component; 404 when there is none of that name. */
export function componentStatus(registry: Registry, name: string): Entry {
  const found = allStatuses(registry).find(({ metadata }) => metadata?.name === name);
  if (found === undefined) throw notFound(kinds.ComponentStatus, name);
  return unstored('', found);
}
