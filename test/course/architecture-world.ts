import type { Pod } from '../../src/api/generated/core-v1.js';
import type { EndpointSlice } from '../../src/api/generated/discovery-v1.js';
import { DisposeStack } from '../../src/lib/async-dispose.js';
import { timed } from '../tools/eventually.js';
import { type History, recordHistory } from '../tools/history.js';
import { architectureFile, type Machine, startMachine } from '../tools/machine.js';
import { readTable } from '../tools/table.js';
import { startToolbox, type Toolbox } from '../tools/toolbox.js';

/** The course's whole architecture as one command made it, with all that was seen meanwhile. */
export interface ArchitectureWorld extends AsyncDisposable {
  readonly machine: Machine;
  readonly toolbox: Toolbox;
  /** What \`holdfast up\` printed. */
  readonly printed: string;
  readonly slices: History<EndpointSlice>;
  readonly pods: History<Pod>;
  /** The resourceVersion at which a Pod was first seen to fit; NaN when it never was. */
  firstVersion(name: string, fits: (pod: Pod) => boolean): number;
  /** The host's port of a published Service, read from the cluster's status. */
  portOf(service: string): Promise<number>;
  /** What \`kubectl get\` prints, without the columns that only time fills. */
  tableOf(args: readonly string[]): Promise<readonly object[]>;
}

/** Starts a cluster, records what happens to Pods and endpoints, and applies the file. */
export async function startArchitecture(): Promise<ArchitectureWorld> {
  const stack = new DisposeStack();
  const machine = stack.use(await startMachine('architecture'));
  const { kubectl, cluster } = machine;
  try {
    const pods = stack.use(recordHistory<Pod>(kubectl, '/api/v1/namespaces/default/pods'));
    const path = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';
    const slices = stack.use(recordHistory<EndpointSlice>(kubectl, path));
    const up = ['up', architectureFile, '--publish', 'mysql-master', '--publish', 'mysql'];
    const { value: printed, seconds } = await timed(() => machine.ok(up));
    console.log(`architecture.yaml: three ready servers after ${seconds.toFixed(1)} s on a running cluster`);
    return {
      ...{ machine, printed, pods, slices },
      toolbox: await startToolbox(kubectl),
      firstVersion: (name, fits) =>
        pods.first(({ object }) => object.metadata?.name === name && fits(object)) ?? Number.NaN,
      portOf: async (service) => {
        const { published } = await cluster.status();
        return published.find((one) => one.service === service)?.hostPort ?? Number.NaN;
      },
      tableOf: async (args) => {
        const { rows } = readTable(await kubectl.ok(args));
        return rows.map(({ AGE, VOLUMEATTRIBUTESCLASS, REASON, ...row }) => row);
      },
      [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
    };
  } catch (error) {
    await stack[Symbol.asyncDispose]();
    throw error;
  }
}
