import { rmdirSync } from 'node:fs';
import type { Clock } from '../../lib/clock.js';
import type { ClusterPaths } from '../paths.js';
import { observeLeftovers } from './observe.js';
import { performStep } from './perform.js';
import { planTeardown } from './plan.js';

/** How a teardown goes about it. */
export interface TeardownOptions {
  readonly paths: ClusterPaths;
  readonly clock: Clock;
  /** How long containers that still run may take to end, milliseconds. */
  readonly graceMs: number;
  /** It ran no containers; asked before the teardown begins, which removes what tells. */
  readonly simulated: boolean;
  readonly onProgress?: (message: string) => void;
}

const LOOK_AGAIN_MS = 20;
/** After this many rounds without an end something holds on that we cannot remove. */
const MAX_ROUNDS = 500;

/** Removes all that is left of a cluster but its state: looks, does what can be done, and looks again until nothing is there. */
export async function tearDown(options: TeardownOptions): Promise<void> {
  const { paths, clock, graceMs, simulated, onProgress } = options;
  let askedAtMs: number | undefined;
  let saidLast = '';
  for (let rounds = 0; rounds < MAX_ROUNDS; ) {
    const plan = planTeardown(
      { leftovers: observeLeftovers(paths, simulated), askedAtMs, graceMs },
      clock.now(),
    );
    if (plan.asks) askedAtMs = clock.now();
    if (plan.actions.length === 0 && plan.waitingFor === undefined) return removeEmptyParents(options);
    if (plan.waitingFor === undefined) rounds += 1;
    else if (plan.waitingFor !== saidLast) onProgress?.(`waiting for ${plan.waitingFor}`);
    saidLast = plan.waitingFor ?? saidLast;
    for (const action of plan.actions) await performStep(action, paths);
    await clock.sleep(LOOK_AGAIN_MS);
  }
  throw new Error(
    `something of cluster ${paths.name} could not be removed: ${JSON.stringify(observeLeftovers(paths, simulated))}`,
  );
}

/** Directories that containerd and CNI make beside their files, and our own root: they go when they are empty, deepest first. */
function removeEmptyParents({ paths, simulated }: TeardownOptions): void {
  const root = paths.run.slice(0, paths.run.lastIndexOf('/'));
  const ofContainers = ['/run/containerd/s', '/run/containerd', '/var/lib/cni/results', '/var/lib/cni'];
  for (const directory of [root, ...(simulated ? [] : ofContainers)]) {
    try {
      rmdirSync(directory);
    } catch {
      // Not empty, or never there: either way it is not ours to remove.
    }
  }
}
