import { kinds } from '../../api/kinds.js';
import {
  observe as observeDeployment,
  openCaches as openDeploymentCaches,
} from '../../controllers/deployment/observe.js';
import { planDeployment } from '../../controllers/deployment/plan.js';
import {
  observe as observeReplicas,
  openReplicaSetCaches,
  openReplicationControllerCaches,
} from '../../controllers/replicaset/observe.js';
import { planReplicaSet } from '../../controllers/replicaset/plan.js';
import { keyFor } from '../../reconcile/keys.js';
import { linkOfPlan } from '../from-plan.js';
import type { Link, Subject } from '../link.js';
import type { Reader } from '../reader.js';
import { missing, settled } from './common.js';

function keyOfSubject({ namespace, name }: Subject): string {
  return keyFor({ namespace, name });
}

/** Why a rollout of a Deployment does not end. */
export async function explainDeployment(about: Subject, reader: Reader): Promise<Link> {
  const facts = await observeDeployment(openDeploymentCaches(reader.client), keyOfSubject(about));
  if (facts === undefined) return missing(about);
  const { spec, status } = facts.deployment;
  const link = linkOfPlan(about, planDeployment(facts, reader.now), ({ type }) => type);
  const progressing = status?.conditions?.find(({ type }) => type === 'Progressing');
  if (link !== undefined && progressing?.reason === 'ProgressDeadlineExceeded') {
    return {
      ...link,
      message: `no progress within ${spec?.progressDeadlineSeconds ?? 600} s; ${link.message}`,
    };
  }
  return (
    link ?? settled(about, `${status?.availableReplicas ?? 0} of ${spec?.replicas ?? 1} Pods are available`)
  );
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
  const link = linkOfPlan(about, planReplicaSet(facts, reader.now), ({ type }) => type);
  const refused = await reader.event(about, 'FailedCreate');
  if (link?.reason === 'Acting' && refused !== undefined) {
    return { about, settled: false, reason: 'CreationFailed', message: `its Pods are refused: ${refused}` };
  }
  return link ?? settled(about, `${status?.readyReplicas ?? 0} of ${spec?.replicas ?? 1} Pods are ready`);
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
    unblockedBy: 'what is left in it is gone, and its finalizers are taken off',
  };
}
