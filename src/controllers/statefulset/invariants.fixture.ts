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

/** Hundreds of thousands of checks a second: the test framework's own would take most of the time. */
function must(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

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
  if (isOrdered(world)) must(before.creations < 2, 'two Pods are created in one pass');
  if (isOrdered(world) && !several) must(before.deletions < 2, 'two Pods are deleted in one pass');
  if (strategy === 'RollingUpdate' && before.doomed > 0) checkBudget(world, { down, doomed: before.doomed });
  const idle = plan.actions.every(({ type }) => type === 'updateStatus');
  if (idle && !isSettled(world)) must(plan.waitingFor !== undefined, 'nothing is done and nothing is said');
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
    must(doomed === 1, 'more than one ready Pod is taken down');
    return;
  }
  must(down + doomed <= maxUnavailableOf(world.set), 'more are down than maxUnavailable says');
}

function checkAction(world: World, action: StatefulSetAction): void {
  if (world.set.metadata?.deletionTimestamp !== undefined) {
    must(action.type === 'updateStatus', 'a set on its way out does something');
  }
  if (action.type === 'createPod') checkCreation(world, action);
  if (action.type === 'deletePod') checkDeletion(world, action);
  if (action.type === 'setClaimOwners') checkOwners(world, action);
  if (action.type === 'updateStatus') checkStatus(action);
}

function checkCreation(world: World, { pod }: Of<'createPod'>): void {
  const name = nameOf(pod);
  must(!world.pods.has(name), `a second ${name}`);
  must(isInRange(world, ordinalIn(name)), `${name} is out of range`);
  const claim = world.claims.get(`data-${name}`);
  if (pod.spec?.volumes !== undefined) {
    must(claim !== undefined, `${name} comes before its claim`);
    must(claim?.metadata?.deletionTimestamp === undefined, `${name} gets a claim that is going`);
  }
  if (strategyOf(world.set, world.gates) === 'Recreate') {
    const isSame = world.ownPods().every((other) => revisionOf(other) === revisionOf(pod));
    must(isSame, `${name} is made beside Pods of another template`);
  }
  if (!isOrdered(world)) return;
  for (let before = ordinalRange(world.set).start; before < ordinalIn(name); before += 1) {
    const isUp = isAvailable(world.set, world.pods.get(`web-${before}`), world.now);
    must(isUp, `${name} is created although web-${before} is not available`);
  }
}

function checkDeletion(world: World, { pod, cause }: Of<'deletePod'>): void {
  const name = nameOf(pod);
  const ordinal = ordinalIn(name);
  must(!isTerminating(world.pods.get(name) ?? {}), `${name} is deleted twice`);
  if (cause === 'scale') checkScaleDown(world, name);
  if (cause === 'ended') must(isPodFinished(pod), `${name} has not ended`);
  if (cause === 'stuck') must(!isAvailable(world.set, pod, world.now), `${name} is not stuck`);
  if (cause !== 'update') return;
  const strategy = strategyOf(world.set, world.gates);
  must(strategy !== 'OnDelete', `${name} is replaced although that is left to the user`);
  must(revisionOf(pod) !== newestRevision(world), `${name} is up to date`);
  if (strategy === 'Recreate') return;
  const lowest = ordinalRange(world.set).start + partitionOf(world.set);
  must(ordinal >= lowest, `${name} is below the partition`);
}

/** The revision of the template as it is now; the status may be a pass behind. */
function newestRevision(world: World): string | undefined {
  const [newest] = [...world.revisions.values()].sort((a, b) => b.revision - a.revision);
  return newest?.metadata?.name;
}

/** Highest first; in order, one at a time and only while all that stay are up. */
function checkScaleDown(world: World, name: string): void {
  must(!isInRange(world, ordinalIn(name)), `${name} is wanted`);
  if (!isOrdered(world)) return;
  for (const other of world.ownPods()) {
    const ordinal = ordinalIn(nameOf(other));
    if (isInRange(world, ordinal)) {
      must(isAvailable(world.set, other, world.now), `${name} goes while ${nameOf(other)} is not up`);
    } else must(ordinal <= ordinalIn(name), `${name} goes before ${nameOf(other)}`);
  }
}

/** A claim gets an owner, with whom it is deleted, only when the policy says so. */
function checkOwners(world: World, { claim, owners }: Of<'setClaimOwners'>): void {
  const policy = world.set.spec?.persistentVolumeClaimRetentionPolicy;
  const name = claim.metadata?.name ?? '';
  for (const { kind } of owners) {
    if (kind === 'StatefulSet') must(policy?.whenDeleted === 'Delete', `${name} goes with the set`);
    else {
      must(policy?.whenScaled === 'Delete', `${name} goes with its Pod`);
      must(!isInRange(world, ordinalIn(name.replace(/^data-/, ''))), `${name} is in use`);
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
  must(Math.max(readyReplicas, currentReplicas, updatedReplicas) <= replicas, 'a count exceeds replicas');
  must(availableReplicas <= readyReplicas, 'more are available than ready');
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
