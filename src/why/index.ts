import { kindRows } from '../api/kinds.js';
import { follow } from './chain.js';
import { explainAutoscaler } from './explain/autoscaler.js';
import { explainBudget } from './explain/budget.js';
import { explainClaim, explainVolume } from './explain/claim.js';
import { heldByFinalizers, missing, settled, unseenLink } from './explain/common.js';
import { explainConfigMap, explainSecret } from './explain/config.js';
import { explainCronJob } from './explain/cron-job.js';
import { explainDaemonSet } from './explain/daemon-set.js';
import { explainDns } from './explain/dns.js';
import { explainJob } from './explain/job.js';
import { explainNode } from './explain/node.js';
import { explainPod } from './explain/pod.js';
import {
  explainDeployment,
  explainNamespace,
  explainReplicaSet,
  explainReplicationController,
} from './explain/rollout.js';
import { explainService } from './explain/service.js';
import { explainStatefulSet } from './explain/stateful-set.js';
import { UnseenError } from './glimpse.js';
import type { Link, Subject } from './link.js';
import { type Moment, Reader, rowCalled } from './reader.js';
import { type ReadApi, Sight } from './sight.js';

export type { Link, Subject } from './link.js';
export type { MemberFigures, Moment } from './reader.js';
export { answerText } from './text.js';

const explainers: { readonly [kind: string]: (about: Subject, reader: Reader) => Promise<Link> } = {
  dns: explainDns,
  ConfigMap: explainConfigMap,
  CronJob: explainCronJob,
  DaemonSet: explainDaemonSet,
  Deployment: explainDeployment,
  HorizontalPodAutoscaler: explainAutoscaler,
  Job: explainJob,
  Namespace: explainNamespace,
  Node: explainNode,
  PersistentVolume: explainVolume,
  PersistentVolumeClaim: explainClaim,
  Pod: explainPod,
  PodDisruptionBudget: explainBudget,
  ReplicaSet: explainReplicaSet,
  ReplicationController: explainReplicationController,
  Secret: explainSecret,
  Service: explainService,
  StatefulSet: explainStatefulSet,
};

/** A question that cannot be understood. */
export class QuestionError extends Error {
  override readonly name = 'QuestionError';
}

/** Reads `KIND/NAME`, with kinds as kubectl takes them, and `dns/NAME`; throws QuestionError. */
export function parseSubject(text: string, namespace: string): Subject {
  const slash = text.indexOf('/');
  const word = text.slice(0, slash);
  const name = text.slice(slash + 1);
  if (slash < 1 || name === '')
    throw new QuestionError(`"${text}" is no KIND/NAME, such as pod/mysql-0 or dns/mysql-0.mysql`);
  if (word.toLowerCase() === 'dns') return { kind: 'dns', namespace, name };
  const row = rowCalled(word);
  if (row === undefined)
    throw new QuestionError(`"${word}" is no kind of this cluster; kubectl api-resources lists them`);
  return row.namespaced ? { kind: row.kind, namespace, name } : { kind: row.kind, name };
}

/** Any other kind: whether it is there, and what keeps it when it is being deleted. */
async function explainOther(about: Subject, reader: Reader): Promise<Link> {
  const row = kindRows.find(({ kind, stored }) => kind === about.kind && stored);
  const object = row && (await reader.get(row, about));
  if (object === undefined) return missing(about);
  if (object.metadata?.deletionTimestamp === undefined)
    return settled(about, 'it is there, and waits for nothing that is known');
  return heldByFinalizers(about, object.metadata.finalizers ?? []);
}

/**
 * Answers "why is it so?": the chain from the subject to the one thing that blocks it, from the objects of a cluster at one
 * moment, as far as whoever asks may read them. The last link says what would let it go on. A single settled link means that
 * all is well. When the subject itself may not be read, that refusal is thrown.
 */
export function explain(api: ReadApi, subject: Subject, moment: Moment): Promise<readonly Link[]> {
  const sight = new Sight(api);
  return follow(subject, async (about) => {
    const reader = new Reader(sight, about, moment);
    const link = await explainSeen(about, reader, about === subject);
    return reader.unseen.length === 0 ? link : { ...link, unseen: reader.unseen };
  });
}

async function explainSeen(about: Subject, reader: Reader, isAsked: boolean): Promise<Link> {
  try {
    return await (explainers[about.kind] ?? explainOther)(about, reader);
  } catch (error) {
    if (!(error instanceof UnseenError)) throw error;
    if (isAsked && error.kind.kind === about.kind) throw error.cause;
    reader.note(error);
    return unseenLink(about, error);
  }
}
