import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { arch, cpus, release, totalmem } from 'node:os';

/** What the machine under the node has; bytes and whole cores. */
export interface MachineFacts {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly diskFreeBytes: number;
  readonly kernel: string;
  readonly osImage: string;
  readonly architecture: string;
  readonly machineId: string;
  readonly bootId: string;
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** Reads the machine; `stateDirectory` is on the disk that volumes and images use. */
export async function readMachine(stateDirectory: string): Promise<MachineFacts> {
  const disk = await statfs(stateDirectory);
  return {
    cpus: cpus().length,
    memoryBytes: totalmem(),
    diskBytes: disk.blocks * disk.bsize,
    diskFreeBytes: disk.bavail * disk.bsize,
    kernel: release(),
    osImage: osImage(readText('/etc/os-release')),
    architecture: ARCHITECTURES[arch()] ?? arch(),
    machineId: readText('/etc/machine-id').trim(),
    bootId: readText('/proc/sys/kernel/random/boot_id').trim(),
  };
}

/** What Pods may use of the machine: whole cores and bytes. */
export function machineResources(): { readonly cpus: number; readonly memoryBytes: number } {
  return { cpus: cpus().length, memoryBytes: totalmem() };
}

/** The distribution's own name of itself. */
export function osImage(release: string): string {
  return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(release)?.[1] ?? 'Linux';
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
