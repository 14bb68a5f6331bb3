import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NODE_ADDRESS, POD_RANGE } from '../addresses.js';
import { findCniDirectory, findCommand } from '../packages/index.js';
import type { ClusterPaths } from '../paths.js';
import { writeFileWhole } from '../processes.js';
import { cniConfig } from './cni.js';
import { containerdConfig } from './config.js';

/** The image that every Pod's sandbox runs. */
export const SANDBOX_IMAGE = 'holdfast.local/pause:latest';

/** Number of CAP_SYS_RESOURCE in the kernel's bit masks. */
const CAP_SYS_RESOURCE = 24n;

/** Whether a capability is among those that /proc/PID/status shows as effective. */
export function hasCapability(status: string, capability: bigint): boolean {
  const mask = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  return mask !== undefined && ((BigInt(`0x${mask}`) >> capability) & 1n) === 1n;
}

/** Writes the configuration of containerd and of the Pod network; gives the path of containerd's program. */
export function prepareContainerd(paths: ClusterPaths, path: string): string {
  const { runFiles, stateFiles } = paths;
  const status = readFileSync('/proc/self/status', 'utf8');
  const config = containerdConfig({
    root: stateFiles.containerd,
    state: runFiles.containerdState,
    socket: runFiles.containerdSocket,
    runcRoot: runFiles.runc,
    runc: findCommand('runc', path) ?? 'runc',
    cniBinaries: findCniDirectory(['ptp', 'host-local', 'loopback']) ?? '/usr/lib/cni',
    cniConf: runFiles.cniConf,
    registries: stateFiles.registries,
    sandboxImage: SANDBOX_IMAGE,
    restrictOomScore: !hasCapability(status, CAP_SYS_RESOURCE),
  });
  writeFileWhole(runFiles.containerdConfig, config);
  const network = {
    name: paths.network,
    range: POD_RANGE,
    gateway: NODE_ADDRESS,
    dataDirectory: runFiles.cniData,
  };
  writeFileWhole(join(runFiles.cniConf, '10-holdfast.conflist'), cniConfig(network));
  return findCommand('containerd', path) ?? 'containerd';
}
