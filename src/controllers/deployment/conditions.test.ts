import { describe, expect, it } from 'vitest';
import type {
  Deployment,
  DeploymentCondition,
  DeploymentSpec,
  DeploymentStatus,
} from '../../api/generated/apps-v1.js';
import { msUntilDeadline, type Progress, withProgress } from './conditions.js';

const now = new Date('2026-01-01T00:10:00Z');
const start = '2026-01-01T00:00:00Z';

function progressing(reason: string, status = 'True', since = start): DeploymentCondition {
  return { type: 'Progressing', status, reason, lastUpdateTime: since, lastTransitionTime: since };
}

const counts = {
  replicas: 3,
  updatedReplicas: 1,
  readyReplicas: 3,
  availableReplicas: 3,
  observedGeneration: 1,
};
const done = { ...counts, updatedReplicas: 3 };

interface Case {
  readonly spec?: Partial<DeploymentSpec>;
  readonly before?: DeploymentStatus;
  readonly after?: DeploymentStatus;
  readonly condition?: DeploymentCondition;
  readonly newSet?: string | undefined;
  readonly created?: boolean;
}

function said({ spec, before = counts, after = counts, condition, created = false, ...rest }: Case) {
  const deployment: Deployment = {
    metadata: { name: 'web', generation: 1 },
    spec: { replicas: 3, selector: {}, template: {}, progressDeadlineSeconds: 60, ...spec },
    status: before,
  };
  const conditions = condition === undefined ? [] : [condition];
  const newSet = 'newSet' in rest ? rest.newSet : 'web-2';
  const progress: Progress = { deployment, status: { ...after, conditions }, newSet, created, now };
  const found = withProgress(progress).find(({ type }) => type === 'Progressing');
  return found && `${found.status} ${found.reason}: ${found.message}`;
}

describe('Progressing', () => {
  it.each<[string, Case, string | undefined]>([
    [
      'a ReplicaSet was made',
      { created: true },
      'True NewReplicaSetCreated: Created new replica set "web-2"',
    ],
    ['a ReplicaSet was found', {}, 'True FoundNewReplicaSet: Found new replica set "web-2"'],
    [
      'more Pods are updated',
      { after: { ...counts, updatedReplicas: 2 }, condition: progressing('NewReplicaSetCreated') },
      'True ReplicaSetUpdated: ReplicaSet "web-2" is progressing.',
    ],
    [
      'fewer old Pods are there',
      { before: { ...counts, replicas: 4 }, condition: progressing('NewReplicaSetCreated') },
      'True ReplicaSetUpdated: ReplicaSet "web-2" is progressing.',
    ],
    [
      'all is done',
      { after: done, condition: progressing('ReplicaSetUpdated') },
      'True NewReplicaSetAvailable: ReplicaSet "web-2" has successfully progressed.',
    ],
    [
      'nothing moved in time',
      { condition: progressing('ReplicaSetUpdated') },
      'False ProgressDeadlineExceeded: ReplicaSet "web-2" has timed out progressing.',
    ],
    [
      'nothing moved in time, and there is no ReplicaSet',
      { condition: progressing('ReplicaSetUpdated'), newSet: undefined },
      'False ProgressDeadlineExceeded: Deployment "web" has timed out progressing.',
    ],
    [
      'it moves after the deadline',
      {
        after: { ...counts, updatedReplicas: 2 },
        condition: progressing('ProgressDeadlineExceeded', 'False'),
      },
      'True ReplicaSetUpdated: ReplicaSet "web-2" is progressing.',
    ],
    [
      'it is paused',
      { spec: { paused: true }, condition: progressing('ReplicaSetUpdated') },
      'Unknown DeploymentPaused: Deployment is paused',
    ],
    [
      'it goes on, and the time begins anew',
      { condition: progressing('DeploymentPaused', 'Unknown') },
      'Unknown DeploymentResumed: Deployment is resumed',
    ],
    [
      'there is no deadline',
      { spec: { progressDeadlineSeconds: 2147483647 }, condition: progressing('ReplicaSetUpdated') },
      undefined,
    ],
  ])('%s', (_name, given, wanted) => {
    expect(said(given)).toBe(wanted);
  });

  it('has a deadline counted from the last move, and none when it is done, paused or given up', () => {
    const deployment: Deployment = {
      metadata: { name: 'web', generation: 1 },
      spec: { replicas: 3, selector: {}, template: {}, progressDeadlineSeconds: 660 },
    };
    const left = (condition: DeploymentCondition, status: DeploymentStatus = counts): number | undefined =>
      msUntilDeadline(deployment, { ...status, conditions: [condition] }, now);
    expect(left(progressing('ReplicaSetUpdated'))).toBe(60_000);
    expect(left(progressing('ReplicaSetUpdated', 'True', '2026-01-01T00:05:00Z'))).toBe(360_000);
    expect(left(progressing('NewReplicaSetAvailable'), done)).toBeUndefined();
    expect(left(progressing('DeploymentPaused', 'Unknown'))).toBeUndefined();
    expect(left(progressing('ProgressDeadlineExceeded', 'False'))).toBeUndefined();
  });
});
