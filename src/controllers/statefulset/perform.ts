import type { StatefulSet } from '../../api/generated/apps-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { withOwnerReference, withoutOwnerReference } from '../../api/owner.js';
import { isConflict, isNotFound } from '../../api/status-error.js';
import type { Client } from '../../client/client.js';
import { messageOf } from '../../lib/errors.js';
import { type EventRecorder, referenceTo } from '../../reconcile/events.js';
import type { StatefulSetAction } from './actions.js';
import { setReference } from './owner.js';
import { replaceStuckPods } from './stuck.js';

/** What writing needs. */
export interface PerformDeps {
  readonly client: Client;
  readonly events: EventRecorder;
}

/** Makes the one write of an action, guarded by resourceVersion or uid, and tells of it in an Event. */
export async function perform(deps: PerformDeps, action: StatefulSetAction): Promise<void> {
  switch (action.type) {
    case 'createPod':
    case 'deletePod':
    case 'updatePod':
    case 'adoptPod':
    case 'releasePod':
      return performOnPod(deps, action);
    case 'createClaim':
      return createClaim(deps, action);
    case 'setClaimOwners':
      return setClaimOwners(deps, action);
    case 'updateStatus':
      await deps.client.patchStatus(kinds.StatefulSet, action.set, action.status);
      return;
    case 'tell':
      deps.events.event(referenceTo(kinds.StatefulSet, action.set), 'Normal', action.reason, action.message);
      return;
    default:
      return performOnRevision(deps, action);
  }
}

type PodAction = Extract<StatefulSetAction, { readonly pod: Pod }>;

async function performOnPod(deps: PerformDeps, action: PodAction): Promise<void> {
  const { client, events } = deps;
  const { set, pod } = action;
  switch (action.type) {
    case 'createPod':
      return told(deps, action, { verb: 'create', write: () => client.create(kinds.Pod, pod) });
    case 'updatePod':
      return told(deps, action, { verb: 'update', write: () => client.update(kinds.Pod, pod) });
    case 'deletePod':
      announceReplacement(events, action);
      return told(deps, action, { verb: 'delete', write: () => deleteExactly(client, pod) });
    case 'adoptPod':
      await requireLiving(client, set);
      await client.update(kinds.Pod, {
        ...pod,
        metadata: withOwnerReference(pod.metadata ?? {}, setReference(set)),
      });
      return;
    case 'releasePod':
      await client.update(kinds.Pod, {
        ...pod,
        metadata: withoutOwnerReference(pod.metadata ?? {}, set.metadata?.uid ?? ''),
      });
  }
}

/** Deletions that are no ordinary part of scaling or of a rollout say what they are for. */
function announceReplacement(
  events: EventRecorder,
  { set, pod, cause }: Extract<StatefulSetAction, { readonly type: 'deletePod' }>,
): void {
  const about = referenceTo(kinds.StatefulSet, set);
  const where = `StatefulSet ${set.metadata?.namespace}/${set.metadata?.name}`;
  const name = pod.metadata?.name;
  if (cause === 'stuck') {
    const message = `${where} is replacing Pod ${name}, which is not ready and was made from an older template, because of its annotation ${replaceStuckPods}`;
    events.event(about, 'Warning', 'ReplacingStuckPod', message);
  }
  if (cause !== 'ended') return;
  if (pod.status?.phase === 'Failed')
    events.event(about, 'Warning', 'RecreatingFailedPod', `${where} is recreating failed Pod ${name}`);
  else
    events.event(about, 'Normal', 'RecreatingTerminatedPod', `${where} is recreating terminated Pod ${name}`);
}

interface Told {
  readonly verb: 'create' | 'update' | 'delete';
  readonly write: () => Promise<unknown>;
}

/** Writes a Pod and records Kubernetes' Event for how it went. */
async function told({ events }: PerformDeps, { set, pod }: PodAction, { verb, write }: Told): Promise<void> {
  const subject = `${verb} Pod ${pod.metadata?.name} in StatefulSet ${set.metadata?.name}`;
  const suffix = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}`;
  try {
    await write();
  } catch (error) {
    events.event(
      referenceTo(kinds.StatefulSet, set),
      'Warning',
      `Failed${suffix}`,
      `${subject} failed error: ${messageOf(error)}`,
    );
    throw error;
  }
  events.event(referenceTo(kinds.StatefulSet, set), 'Normal', `Successful${suffix}`, `${subject} successful`);
}

async function deleteExactly(client: Client, pod: Pod): Promise<void> {
  const { namespace, name = '', uid } = pod.metadata ?? {};
  try {
    await client.delete(kinds.Pod, { namespace, name }, { preconditions: { uid } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** Adoption asks the server, not the cache: a set that was deleted a moment ago adopts nothing any more. */
async function requireLiving(client: Client, set: StatefulSet): Promise<void> {
  const { namespace, name = '', uid } = set.metadata ?? {};
  const current = await client.get(kinds.StatefulSet, { namespace, name });
  if (current.metadata?.uid !== uid || current.metadata?.deletionTimestamp !== undefined) {
    throw new Error(`StatefulSet ${namespace}/${name} (uid ${uid}) adopts nothing: it was deleted`);
  }
}

async function createClaim(
  { client, events }: PerformDeps,
  { set, claim, podName }: Extract<StatefulSetAction, { readonly type: 'createClaim' }>,
): Promise<void> {
  const [claimName, setName] = [claim.metadata?.name, set.metadata?.name];
  try {
    await client.create(kinds.PersistentVolumeClaim, claim);
  } catch (error) {
    const message = `create Claim ${claimName} for Pod ${podName} in StatefulSet ${setName} failed error: ${messageOf(error)}`;
    events.event(referenceTo(kinds.StatefulSet, set), 'Warning', 'FailedCreate', message);
    throw error;
  }
  const message = `create Claim ${claimName} Pod ${podName} in StatefulSet ${setName} success`;
  events.event(referenceTo(kinds.StatefulSet, set), 'Normal', 'SuccessfulCreate', message);
}

async function setClaimOwners(
  { client, events }: PerformDeps,
  { set, claim, owners }: Extract<StatefulSetAction, { readonly type: 'setClaimOwners' }>,
): Promise<void> {
  const metadata = { ...claim.metadata, ownerReferences: owners };
  try {
    await client.update(kinds.PersistentVolumeClaim, { ...claim, metadata });
  } catch (error) {
    if (!isConflict(error)) {
      const message = `update Claim ${metadata.name} in StatefulSet ${set.metadata?.name} failed error: ${messageOf(error)}`;
      events.event(referenceTo(kinds.StatefulSet, set), 'Warning', 'FailedUpdate', message);
    }
    throw error;
  }
}

type RevisionAction = Exclude<
  StatefulSetAction,
  PodAction | { readonly type: 'createClaim' | 'setClaimOwners' | 'updateStatus' | 'tell' }
>;

async function performOnRevision({ client }: PerformDeps, action: RevisionAction): Promise<void> {
  const { revision, set } = action;
  const { namespace, name = '', uid } = revision.metadata ?? {};
  switch (action.type) {
    case 'createRevision':
      await client.create(kinds.ControllerRevision, revision);
      return;
    case 'renumberRevision':
      await client.update(kinds.ControllerRevision, { ...revision, revision: action.number });
      return;
    case 'adoptRevision': {
      await requireLiving(client, set);
      const metadata = withOwnerReference(revision.metadata ?? {}, setReference(set));
      await client.update(kinds.ControllerRevision, { ...revision, metadata });
      return;
    }
    case 'deleteRevision':
      await client.delete(kinds.ControllerRevision, { namespace, name }, { preconditions: { uid } });
  }
}
