import type { Pod } from '../../api/generated/core-v1.js';
import { isTerminating } from '../../api/pods.js';
import { type PodFate, podFates, type Step, specEdit, userEdits } from './histories.fixture.js';
import { checkedPass } from './invariants.fixture.js';
import { replaceStuckPods } from './stuck.js';
import type { World } from './world.fixture.js';

/** How often each fate and each edit happened to something. */
export type Tally = Map<string, number>;

/** An empty tally, with a line for everything that can happen. */
export function newTally(): Tally {
  return new Map([...podFates, ...userEdits].map((what) => [what, 0]));
}

/** Lets one step happen; what it was is counted when there was something for it to happen to. */
export function take(world: World, step: Step, tally: Tally): void {
  if (happen(world, step) && tally.has(step.what)) tally.set(step.what, (tally.get(step.what) ?? 0) + 1);
}

function happen(world: World, step: Step): boolean {
  const { what, pick } = step;
  const spec = specEdit(world, step);
  if (spec !== undefined) {
    if (!world.isGoing) world.edit(spec);
    return !world.isGoing;
  }
  switch (what) {
    case 'pass':
      checkedPass(world);
      return true;
    case 'time':
      world.tick(3000);
      return true;
    case 'good-hour':
      goodHour(world);
      return true;
    case 'annotate':
      world.annotate({ [replaceStuckPods]: String(pick % 2 === 0) });
      return true;
    case 'delete-set':
    case 'orphan-set':
      return world.deleteSet(what === 'orphan-set' ? 'orphan' : pick % 2 === 0 ? 'background' : 'foreground');
    case 'delete-claim':
      return world.deleteClaim(pick);
    default:
      return happenToPod(world, step);
  }
}

function happenToPod(world: World, { what, pick }: Step): boolean {
  const names = world.names();
  const name = names[pick % Math.max(1, names.length)];
  const pod = name === undefined ? undefined : world.pods.get(name);
  if (name === undefined || pod === undefined) return false;
  switch (what) {
    case 'delete-pod':
      world.fate(name, 'terminate');
      return true;
    case 'force-delete-pod':
      world.remove(name);
      return true;
    case 'relabel':
      world.relabel(name, pod.metadata?.labels?.['app'] === 'web' ? 'other' : 'web');
      return true;
    case 'unlabel':
      world.fate(name, 'unlabel');
      return true;
    default:
      return isPodFate(what) && meet(world, { name, pod }, what);
  }
}

function isPodFate(what: Step['what']): what is PodFate {
  return podFates.some((fate) => fate === what);
}

function meet(world: World, { name, pod }: { name: string; pod: Pod }, fate: PodFate): boolean {
  switch (fate) {
    case 'stop':
      if (!isTerminating(pod) || world.isLost(pod)) return false;
      world.fate(name, 'vanish');
      return true;
    case 'node-lost':
      world.lose(name);
      return true;
    case 'ready':
      if (world.isStuck(pod) || world.isLost(pod)) return false;
      world.fate(name, 'ready');
      return true;
    case 'stuck':
      world.stick(name);
      return true;
    case 'slow':
      world.fate(name, 'run');
      return true;
    case 'crash':
      world.fate(name, 'unready');
      return true;
    default:
      world.fate(name, fate);
      return true;
  }
}

/** For a moment all goes well: Pods that can become ready do, and those on their way out are gone. */
function goodHour(world: World): void {
  checkedPass(world);
  for (const name of world.names()) {
    const pod = world.pods.get(name);
    if (pod !== undefined) meet(world, { name, pod }, isTerminating(pod) ? 'stop' : 'ready');
  }
  world.collectGarbage();
  checkedPass(world);
}
