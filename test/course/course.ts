import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { eventually, until } from '../tools/eventually.js';
import type { Kubectl } from '../tools/kubectl.js';
import { askValue, cloneStatus, replicaStatus } from '../tools/mysql.js';
import { conditionOf, podOf } from '../tools/objects.js';

const manifests = fileURLToPath(new URL('manifests', import.meta.url));

/** A manifest of the course, unchanged. */
export function courseFile(name: string): string {
  return join(manifests, name);
}

/** The condition in which the operator shows a member's state. */
export const memberCondition = 'mysql.holdfast.dev/ready';

/** The operator's word for a member's state, and the sentence beside it. */
export async function memberState(
  kubectl: Kubectl,
  pod: string,
): Promise<{ readonly state: string; readonly message: string }> {
  const condition = conditionOf(await podOf(kubectl, pod), memberCondition);
  return { state: condition?.reason ?? '', message: condition?.message ?? '' };
}

/** Waits until the operator shows this state. */
export async function memberIs(kubectl: Kubectl, pod: string, state: string): Promise<string> {
  const found = await until(
    `${pod} is ${state}`,
    () => memberState(kubectl, pod),
    (shown) => shown.state === state,
    { timeoutMs: 60_000 },
  );
  return found.message;
}

/** A member's name as replicas and clients know it. */
export function hostOf(pod: string, namespace: string): string {
  return `${pod}.mysql.${namespace}.svc.cluster.local`;
}

/** Asks the servers themselves: the first takes writes, each other one replicates from it by its name. */
export async function expectReplicated(kubectl: Kubectl, namespace: string, members = 3): Promise<void> {
  expect(await askValue(kubectl, 'mysql-0', 'SELECT @@super_read_only')).toBe('0');
  expect(await replicaStatus(kubectl, 'mysql-0')).toBeUndefined();
  for (let ordinal = 1; ordinal < members; ordinal += 1) {
    const pod = `mysql-${ordinal}`;
    expect(await replicaStatus(kubectl, pod)).toMatchObject({
      sourceHost: hostOf('mysql-0', namespace),
      running: true,
      autoPosition: true,
      error: '',
    });
    expect(await askValue(kubectl, pod, 'SELECT @@super_read_only')).toBe('1');
  }
}

/** The same, as soon as the replicas have connected again: they serve reads while their primary is away. */
export function eventuallyReplicated(kubectl: Kubectl, namespace: string, members = 3): Promise<void> {
  return eventually('all replicate again', () => expectReplicated(kubectl, namespace, members));
}

/** Asks a member which server it was cloned from. */
export async function expectClonedFrom(
  kubectl: Kubectl,
  pod: string,
  donor: { readonly pod: string; readonly namespace: string },
): Promise<void> {
  expect(await cloneStatus(kubectl, pod)).toMatchObject({
    STATE: 'Completed',
    SOURCE: `${hostOf(donor.pod, donor.namespace)}:3306`,
  });
}

/** Waits until a statement on a member gives this value: replication takes a moment. */
export function eventuallyReads(
  kubectl: Kubectl,
  pod: string,
  wanted: { readonly statement: string; readonly value: string },
): Promise<string> {
  return until(
    `${pod} answers ${wanted.value} to ${wanted.statement}`,
    () => askValue(kubectl, pod, wanted.statement),
    (value) => value === wanted.value,
  );
}
