import { kinds } from '../../api/kinds.js';
import {
  observe as observeDeployment,
  openCaches as openDeploymentCaches,
} from '../../controllers/deployment/observe.js';
import { planDeployment } from '../../controllers/deployment/plan.js';
import type { Replicated } from '../../controllers/replicaset/kind.js';
import {
  observe as observeReplicas,
  openReplicaSetCaches,
  openReplicationControllerCaches,
} from '../../controllers/replicaset/observe.js';
import { planReplicaSet } from '../../controllers/replicaset/plan.js';
import { linkOfPlan } from '../from-plan.js';
import type { Link, Subject } from '../link.js';
import type { Reader } from '../reader.js';
import { keyOfSubject, kubectl, missing, settled } from './common.js';
import { creationRefused } from './refusal.js';

/** Why a rollout of a Deployment does not end. */
export async function explainDeployment(about: Subject, reader: Reader): Promise<Link> {
  const facts = await observeDeployment(openDeploymentCaches(reader.client), keyOfSubject(about));
  if (facts === undefined) return missing(about);
  const { spec, status } = facts.deployment;
  const link = linkOfPlan(about, planDeployment(facts, reader.now));
  const wanted = spec?.replicas ?? 1;
  const available = status?.availableReplicas ?? 0;
  if (link === undefined) return settled(about, `${available} of ${wanted} Pods are available`);
  if (link.reason === 'DeploymentPaused') return { ...link, unblockedBy: kubectl('rollout resume', about) };
  const message = `${status?.updatedReplicas ?? 0} of ${wanted} Pods are of the new template, ${available} are available; ${link.message}`;
  const progressing = status?.conditions?.find(({ type }) => type === 'Progressing');
  if (progressing?.reason !== 'ProgressDeadlineExceeded') return { ...link, message };
  return {
    ...link,
    reason: 'ProgressDeadlineExceeded',
    message: `no progress within ${spec?.progressDeadlineSeconds ?? 600} s; ${message}`,
  };
}

/** Why a ReplicaSet has not the Pods that it wants. */
export async function explainReplicaSet(about: Subject, reader: Reader): Promise<Link> {
  const caches = openReplicaSetCaches(reader.client);
  return explainReplicas(about, reader, await observeReplicas(caches, keyOfSubject(about)));
}

/** Why a ReplicationController has not the Pods that it wants. */
export async function explainReplicationController(about: Subject, reader: Reader): Promise<Link> {
  const caches = openReplicationControllerCaches(reader.client);
  return explainReplicas(about, reader, await observeReplicas(caches, keyOfSubject(about)));
}

async function explainReplicas(
  about: Subject,
  reader: Reader,
  facts: Parameters<typeof planReplicaSet>[0] | undefined,
): Promise<Link> {
  if (facts === undefined) return missing(about);
  const { spec, status } = facts.set;
  const link = linkOfPlan(about, planReplicaSet(facts, reader.now));
  const refused = link?.reason === 'Acting' ? await podRefusal(about, facts.set, reader) : undefined;
  if (refused !== undefined) return creationRefused(about, 'its Pods', refused);
  return link ?? settled(about, `${status?.readyReplicas ?? 0} of ${spec?.replicas ?? 1} Pods are ready`);
}

/** The condition says whether Pods are refused now; the Event has the newest words for it. */
async function podRefusal(
  about: Subject,
  { metadata, status }: Replicated,
  reader: Reader,
): Promise<string | undefined> {
  const failure = status?.conditions?.find(({ type }) => type === 'ReplicaFailure');
  if (failure?.status !== 'True' || failure.reason !== 'FailedCreate') return undefined;
  return (await reader.event({ ...about, uid: metadata?.uid }, 'FailedCreate')) ?? failure.message;
}

/** Why a Namespace does not go. */
export async function explainNamespace(about: Subject, reader: Reader): Promise<Link> {
  const namespace = await reader.get(kinds.Namespace, { name: about.name });
  if (namespace === undefined) return missing(about);
  if (namespace.metadata?.deletionTimestamp === undefined) return settled(about, 'it is there');
  const troubles = (namespace.status?.conditions ?? []).filter(({ status }) => status === 'True');
  const message = troubles.map(({ message: text }) => text).join('; ') || 'its contents are being deleted';
  return {
    about,
    settled: false,
    reason: 'NamespaceContentRemaining',
    message: `it is being deleted: ${message}`,
    unblockedBy: 'delete what is left in it; where finalizers are named, whoever set them takes them off',
  };
}
