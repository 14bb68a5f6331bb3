import type { StatefulSet } from '../../api/generated/apps-v1.js';
import { kinds } from '../../api/kinds.js';
import { isAlreadyExists, isNotFound } from '../../api/status-error.js';
import type { Client } from '../../client/client.js';
import { UserError } from '../../cluster/index.js';
import type { Clock } from '../../lib/clock.js';
import type { ResizeAction } from './actions.js';
import { find } from './observe.js';

/** What the steps need. */
export interface PerformDeps {
  readonly client: Client;
  readonly clock: Clock;
}

/** How often a set on its way out is looked at, and for how long, milliseconds. */
const pollMs = 50;
const patienceMs = 60_000;

/** Takes one step; guarded, so that it does not touch what somebody else has made or changed meanwhile. */
export async function perform(deps: PerformDeps, action: ResizeAction): Promise<void> {
  const { client } = deps;
  switch (action.type) {
    case 'record': {
      const { record, replaces } = action;
      if (replaces === undefined) await client.create(kinds.ConfigMap, record);
      else await client.update(kinds.ConfigMap, { ...replaces, data: record.data });
      return;
    }
    case 'growClaim': {
      const { namespace, name = '' } = action.claim.metadata ?? {};
      const body = { spec: { resources: { requests: { storage: action.to } } } };
      const patch = { type: 'application/merge-patch+json', body } as const;
      await client.patch(kinds.PersistentVolumeClaim, { namespace, name }, patch);
      return;
    }
    case 'deleteSet':
      await orphan(client, action.set);
      return awaitGone(deps, action.set);
    case 'awaitGone':
      return awaitGone(deps, action.set);
    case 'createSet':
      return create(client, action.set);
    case 'forget':
      await forget(client, action.record.metadata ?? {});
  }
}

async function orphan(client: Client, { metadata }: StatefulSet): Promise<void> {
  const { namespace, name = '', uid, resourceVersion } = metadata ?? {};
  const key = { namespace, name };
  try {
    await client.delete(kinds.StatefulSet, key, {
      propagationPolicy: 'Orphan',
      preconditions: { uid, resourceVersion },
    });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

async function awaitGone({ client, clock }: PerformDeps, { metadata }: StatefulSet): Promise<void> {
  const { namespace, name = '', uid } = metadata ?? {};
  for (const deadline = clock.now() + patienceMs; clock.now() < deadline; await clock.sleep(pollMs)) {
    const found = await find(client, kinds.StatefulSet, { namespace, name });
    if (found?.metadata?.uid !== uid) return;
  }
  throw new UserError(
    `StatefulSet ${name} was deleted ${patienceMs / 1000} s ago and is still there; run the command again when it is gone`,
  );
}

async function create(client: Client, set: StatefulSet): Promise<void> {
  try {
    await client.create(kinds.StatefulSet, set);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    throw new UserError(
      `somebody else has created StatefulSet ${set.metadata?.name} meanwhile: run the command again`,
      { cause: error },
    );
  }
}

async function forget(
  client: Client,
  { namespace, name = '' }: { readonly namespace?: string; readonly name?: string },
): Promise<void> {
  try {
    await client.delete(kinds.ConfigMap, { namespace, name });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
