/** How a simulated cluster is. */
export interface Simulation {
  readonly nodes: number;
  /** How many times faster than their annotations say Pods live. */
  readonly speed: number;
}

/** More nodes would only take longer to start: each has room for 5,000 Pods. */
export const MAX_SIMULATED_NODES = 100;
/** What is told in milliseconds would be faster than the clock. */
export const MAX_SIMULATED_SPEED = 100;

/** Whether a number of nodes can be had. */
export function isNodeCount(value: unknown): value is number {
  return isNumber(value) && Number.isInteger(value) && value >= 1 && value <= MAX_SIMULATED_NODES;
}

/** Whether Pods can live so fast. */
export function isSpeed(value: unknown): value is number {
  return isNumber(value) && value > 0 && value <= MAX_SIMULATED_SPEED;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** How a cluster is that says nothing else. */
export const plainSimulation: Simulation = { nodes: 1, speed: 1 };

/** Reads what a settings file says of it: whatever it says, such a cluster runs no containers. */
export function simulationIn(value: object): Simulation {
  const nodes: unknown = Reflect.get(value, 'nodes');
  const speed: unknown = Reflect.get(value, 'speed');
  return {
    nodes: isNodeCount(nodes) ? nodes : plainSimulation.nodes,
    speed: isSpeed(speed) ? speed : plainSimulation.speed,
  };
}
