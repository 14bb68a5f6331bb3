import { expect } from 'vitest';
import type { Pod } from '../../api/generated/core-v1.js';
import { isPodFinished, isTerminating } from '../../api/pods.js';
import type { StatefulSetAction } from './actions.js';
import { ordinalOf, ordinalRange, revisionOf } from './identity.js';
import { isAvailable } from './members.js';
import { maxUnavailableOf, partitionOf, strategyOf } from './strategy.js';
import type { World } from './world.fixture.js';

type Of<T extends StatefulSetAction['type']> = Extract<StatefulSetAction, { readonly type: T }>;

/** What a pass did. */
export type Pass = ReturnType<World['pass']>;

const ordinalIn = (name: string): number => ordinalOf('web', name) ?? -1;
const nameOf = (object: Pod): string => object.metadata?.name ?? '';
const isOrdered = (world: World): boolean => world.set.spec?.podManagementPolicy !== 'Parallel';

function isInRange(world: World, ordinal: number): boolean {
  const { start, end } = ordinalRange(world.set);
  return ordinal >= start && ordinal < end;
}

/** One pass, each of whose writes is checked before it is applied, and then the pass as a whole. */
export function checkedPass(world: World): Pass {
  const before = { deletions: 0, doomed: 0, creations: 0 };
  const down = unavailable(world);
  const plan = world.pass((action) => {
    checkAction(world, action);
    if (action.type === 'createPod') before.creations += 1;
    if (action.type !== 'deletePod') return;
    before.deletions += 1;
    if (action.cause === 'update' && isAvailable(world.set, action.pod, world.now)) before.doomed += 1;
  });
  const strategy = strategyOf(world.set, world.gates);
  const several = strategy === 'Recreate' || world.gates.MaxUnavailableStatefulSet;
  if (isOrdered(world)) expect(before.creations, 'two Pods are created in one pass').toBeLessThan(2);
  if (isOrdered(world) && !several)
    expect(before.deletions, 'two Pods are deleted in one pass').toBeLessThan(2);
  if (strategy === 'RollingUpdate' && before.doomed > 0) checkBudget(world, { down, doomed: before.doomed });
  const idle = plan.actions.every(({ type }) => type === 'updateStatus');
  if (idle && !isSettled(world)) expect(plan.waitingFor, 'nothing is done and nothing is said').toBeDefined();
  return plan;
}

function unavailable(world: World): number {
  const { start, end } = ordinalRange(world.set);
  let count = 0;
  for (let ordinal = start; ordinal < end; ordinal += 1) {
    if (!isAvailable(world.set, world.pods.get(`web-${ordinal}`), world.now)) count += 1;
  }
  return count;
}

/** Ready Pods are taken down for an update only while enough others are up. */
function checkBudget(
  world: World,
  { down, doomed }: { readonly down: number; readonly doomed: number },
): void {
  if (!world.gates.MaxUnavailableStatefulSet) {
    expect(doomed, 'more than one ready Pod is taken down').toBe(1);
    return;
  }
  expect(down + doomed, 'more are down than maxUnavailable says').toBeLessThanOrEqual(
    maxUnavailableOf(world.set),
  );
}

function checkAction(world: World, action: StatefulSetAction): void {
  if (world.set.metadata?.deletionTimestamp !== undefined) {
    expect(action.type, 'a set on its way out does something').toBe('updateStatus');
  }
  if (action.type === 'createPod') checkCreation(world, action);
  if (action.type === 'deletePod') checkDeletion(world, action);
  if (action.type === 'setClaimOwners') checkOwners(world, action);
  if (action.type === 'updateStatus') checkStatus(action);
}

function checkCreation(world: World, { pod }: Of<'createPod'>): void {
  const name = nameOf(pod);
  expect(world.pods.has(name), `a second ${name}`).toBe(false);
  expect(isInRange(world, ordinalIn(name)), `${name} is out of range`).toBe(true);
  const claim = world.claims.get(`data-${name}`);
  if (pod.spec?.volumes !== undefined) {
    expect(claim, `${name} comes before its claim`).toBeDefined();
    expect(claim?.metadata?.deletionTimestamp, `${name} gets a claim that is going`).toBeUndefined();
  }
  if (strategyOf(world.set, world.gates) === 'Recreate') {
    const old = world.ownPods().filter((other) => revisionOf(other) !== revisionOf(pod));
    expect(old.map(nameOf), `${name} is made beside Pods of another template`).toEqual([]);
  }
  if (!isOrdered(world)) return;
  for (let before = ordinalRange(world.set).start; before < ordinalIn(name); before += 1) {
    const isUp = isAvailable(world.set, world.pods.get(`web-${before}`), world.now);
    expect(isUp, `${name} is created although web-${before} is not available`).toBe(true);
  }
}

function checkDeletion(world: World, { pod, cause }: Of<'deletePod'>): void {
  const name = nameOf(pod);
  const ordinal = ordinalIn(name);
  expect(isTerminating(world.pods.get(name) ?? {}), `${name} is deleted twice`).toBe(false);
  if (cause === 'scale') checkScaleDown(world, name);
  if (cause === 'ended') expect(isPodFinished(pod), `${name} has not ended`).toBe(true);
  if (cause === 'stuck') expect(isAvailable(world.set, pod, world.now), `${name} is not stuck`).toBe(false);
  if (cause !== 'update') return;
  const strategy = strategyOf(world.set, world.gates);
  expect(strategy, `${name} is replaced although that is left to the user`).not.toBe('OnDelete');
  expect(revisionOf(pod), `${name} is up to date`).not.toBe(newestRevision(world));
  if (strategy === 'Recreate') return;
  const lowest = ordinalRange(world.set).start + partitionOf(world.set);
  expect(ordinal, `${name} is below the partition`).toBeGreaterThanOrEqual(lowest);
}

/** The revision of the template as it is now; the status may be a pass behind. */
function newestRevision(world: World): string | undefined {
  const [newest] = [...world.revisions.values()].sort((a, b) => b.revision - a.revision);
  return newest?.metadata?.name;
}

/** Highest first; in order, one at a time and only while all that stay are up. */
function checkScaleDown(world: World, name: string): void {
  expect(isInRange(world, ordinalIn(name)), `${name} is wanted`).toBe(false);
  if (!isOrdered(world)) return;
  for (const other of world.ownPods()) {
    const ordinal = ordinalIn(nameOf(other));
    if (isInRange(world, ordinal)) {
      expect(isAvailable(world.set, other, world.now), `${name} goes while ${nameOf(other)} is not up`).toBe(
        true,
      );
    } else expect(ordinal, `${name} goes before ${nameOf(other)}`).toBeLessThanOrEqual(ordinalIn(name));
  }
}

/** A claim gets an owner, with whom it is deleted, only when the policy says so. */
function checkOwners(world: World, { claim, owners }: Of<'setClaimOwners'>): void {
  const policy = world.set.spec?.persistentVolumeClaimRetentionPolicy;
  const name = claim.metadata?.name ?? '';
  for (const { kind } of owners) {
    if (kind === 'StatefulSet') expect(policy?.whenDeleted, `${name} goes with the set`).toBe('Delete');
    else {
      expect(policy?.whenScaled, `${name} goes with its Pod`).toBe('Delete');
      expect(isInRange(world, ordinalIn(name.replace(/^data-/, ''))), `${name} is in use`).toBe(false);
    }
  }
}

/** What the API server would refuse. */
function checkStatus({ status }: Of<'updateStatus'>): void {
  const {
    replicas,
    readyReplicas = 0,
    availableReplicas = 0,
    currentReplicas = 0,
    updatedReplicas = 0,
  } = status;
  expect(Math.max(readyReplicas, currentReplicas, updatedReplicas)).toBeLessThanOrEqual(replicas);
  expect(availableReplicas).toBeLessThanOrEqual(readyReplicas);
}

/** Whether the set is as its spec says. */
export function isSettled(world: World): boolean {
  const { start, end } = ordinalRange(world.set);
  const names = Array.from({ length: end - start }, (_, index) => `web-${start + index}`);
  if (world.isGoing || world.ownPods().length !== names.length) return false;
  const strategy = strategyOf(world.set, world.gates);
  const partition = partitionOf(world.set);
  return names.every((name, index) => {
    const pod = world.pods.get(name);
    if (!isAvailable(world.set, pod, world.now)) return false;
    const held = strategy === 'RollingUpdate' && index < partition;
    return held || revisionOf(pod) === world.set.status?.updateRevision;
  });
}
