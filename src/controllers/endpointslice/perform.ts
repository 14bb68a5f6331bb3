import { kinds } from '../../api/kinds.js';
import type { KindRef, KubeObject } from '../../api/kube-object.js';
import { isNotFound } from '../../api/status-error.js';
import type { Client } from '../../client/client.js';
import type { EndpointAction } from './actions.js';

/** Makes the one write of an action, guarded by resourceVersion or uid. */
export async function perform(client: Client, action: EndpointAction): Promise<void> {
  switch (action.type) {
    case 'createSlice':
      await client.create(kinds.EndpointSlice, action.slice);
      return;
    case 'updateSlice':
      await client.update(kinds.EndpointSlice, action.slice);
      return;
    case 'deleteSlice':
      return remove(client, kinds.EndpointSlice, action.slice);
    case 'createEndpoints':
      await client.create(kinds.Endpoints, action.endpoints);
      return;
    case 'updateEndpoints':
      await client.update(kinds.Endpoints, action.endpoints);
      return;
    case 'deleteEndpoints':
      return remove(client, kinds.Endpoints, action.endpoints);
  }
}

async function remove(client: Client, kind: KindRef, object: KubeObject): Promise<void> {
  const { namespace, name = '', uid } = object.metadata ?? {};
  try {
    await client.delete(kind, { namespace, name }, { preconditions: { uid } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
