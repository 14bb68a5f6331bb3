import { existsSync } from 'node:fs';
import type { ClusterPaths } from './paths.js';
import { readJson } from './processes.js';
import { readSettings } from './settings.js';
import { plainSimulation, type Simulation } from './simulation-settings.js';
import { UserError } from './user-error.js';

/** What `holdfast up --simulated` asks for; what is not given stays as the cluster remembers it. */
export type SimulationWish = Partial<Simulation>;

/** The simulation that a cluster was made as; undefined for one that runs containers, and for none at all. */
export function simulationOf(paths: ClusterPaths): Simulation | undefined {
  return readSettings(paths.stateFiles.settings).simulated;
}

/** Whether what runs of a cluster is simulated, also when its state directory was removed meanwhile. */
export function isSimulated(paths: ClusterPaths): boolean {
  if (existsSync(paths.stateFiles.settings)) return simulationOf(paths) !== undefined;
  return Reflect.get(Object(readJson(paths.runFiles.owner)), 'simulated') === true;
}

/** The simulation that is to run from now on; undefined when containers are. Refuses to make one kind of cluster into the other. */
export function simulationFor(paths: ClusterPaths, wish: SimulationWish | undefined): Simulation | undefined {
  const remembered = simulationOf(paths);
  // Settings are written before anything is started.
  const isMade = existsSync(paths.stateFiles.settings);
  if (isMade && remembered === undefined && wish !== undefined) {
    throw new UserError(
      `cluster ${paths.name} runs containers and cannot become simulated: leave --simulated out, or choose another --cluster`,
    );
  }
  if (remembered !== undefined && wish === undefined) {
    throw new UserError(
      `cluster ${paths.name} is simulated and cannot run containers: start it with \`holdfast up --simulated\`, or choose another --cluster`,
    );
  }
  return wish === undefined ? undefined : { ...plainSimulation, ...remembered, ...wish };
}

/** Says what a person must know of a simulated cluster wherever it is named. */
export function simulationText({ nodes, speed }: Simulation): string {
  const count = nodes === 1 ? '1 simulated node' : `${nodes} simulated nodes`;
  return speed === 1 ? count : `${count}, Pods ${speed} times as fast as told`;
}
