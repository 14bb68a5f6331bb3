import type { PersistentVolume, PersistentVolumeClaim } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { isAlreadyExists, isNotFound } from '../../api/status-error.js';
import type { Client } from '../../client/client.js';
import { messageOf } from '../../lib/errors.js';
import { type EventRecorder, referenceTo } from '../../reconcile/events.js';
import type { ProvisionerAction } from './actions.js';
import type { VolumeStore } from './volume-store.js';

/** What the provisioner's deeds need. */
export interface PerformDeps {
  readonly client: Client;
  readonly events: EventRecorder;
  readonly store: VolumeStore;
}

/** Does one deed; the directory comes before the volume that names it, both when made and when removed. */
export async function perform(deps: PerformDeps, action: ProvisionerAction): Promise<void> {
  if (action.type === 'provision') return provision(deps, action.claim, action.volume);
  if (action.type === 'grow') return grow(deps, action.claim, action.volume);
  return remove(deps, action.volume);
}

async function provision(
  deps: PerformDeps,
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
): Promise<void> {
  const { client, events, store } = deps;
  const about = referenceTo(kinds.PersistentVolumeClaim, claim);
  const name = volume.metadata?.name ?? '';
  try {
    const path = await store.create(name);
    // `Directory`, not `DirectoryOrCreate`: a volume whose directory is gone must not come back empty in silence.
    const placed = { ...volume, spec: { ...volume.spec, hostPath: { path, type: 'Directory' } } };
    await client.create(kinds.PersistentVolume, placed);
  } catch (error) {
    if (isAlreadyExists(error)) return;
    const message = `failed to provision volume with StorageClass "${volume.spec?.storageClassName}": ${messageOf(error)}`;
    events.event(about, 'Warning', 'ProvisioningFailed', message);
    throw error;
  }
  events.event(about, 'Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${name}`);
}

async function grow(
  { client, events }: PerformDeps,
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
): Promise<void> {
  await client.update(kinds.PersistentVolume, volume);
  const about = referenceTo(kinds.PersistentVolumeClaim, claim);
  events.event(about, 'Normal', 'VolumeResizeSuccessful', 'Resize volume succeeded');
}

async function remove({ client, events, store }: PerformDeps, volume: PersistentVolume): Promise<void> {
  const { name = '', uid } = volume.metadata ?? {};
  try {
    await store.delete(name);
    await client.delete(kinds.PersistentVolume, { name }, { preconditions: { uid } });
  } catch (error) {
    if (isNotFound(error)) return;
    events.event(
      referenceTo(kinds.PersistentVolume, volume),
      'Warning',
      'VolumeFailedDelete',
      messageOf(error),
    );
    throw error;
  }
}
