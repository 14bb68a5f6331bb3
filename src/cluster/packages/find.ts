import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../lib/run.js';
import { CNI_DIRECTORIES, type Found, parseVersion, type Requirement } from './requirements.js';

/** Directories that hold administrators' commands, looked into besides PATH: a plain user's PATH lacks them. */
const SYSTEM_DIRECTORIES = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** The search path with the system's own directories at its end. */
export function fullPath(path: string): string {
  const given = path.split(':').filter((directory) => directory !== '');
  return [...new Set([...given, ...SYSTEM_DIRECTORIES])].join(':');
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where a command is, or undefined. */
export function findCommand(name: string, path: string): string | undefined {
  return fullPath(path)
    .split(':')
    .map((directory) => join(directory, name))
    .find(isExecutable);
}

/** The directory that holds all of these CNI plugins, or undefined. */
export function findCniDirectory(plugins: readonly string[]): string | undefined {
  return CNI_DIRECTORIES.find((directory) =>
    plugins.every((plugin) => isExecutable(join(directory, plugin))),
  );
}

function missingPlugins(plugins: readonly string[]): readonly string[] {
  return findCniDirectory(plugins) === undefined ? plugins : [];
}

async function versionOf(command: string): Promise<string | undefined> {
  try {
    return parseVersion((await run(command, ['--version'])).stdout);
  } catch {
    return undefined;
  }
}

/** Looks for one requirement on this machine. */
export async function findRequirement(requirement: Requirement, path: string): Promise<Found> {
  const commands = requirement.commands ?? [];
  const missing = [
    ...commands.filter((command) => findCommand(command, path) === undefined),
    ...missingPlugins(requirement.cniPlugins ?? []),
  ];
  const first = commands[0] === undefined ? undefined : findCommand(commands[0], path);
  if (requirement.atLeast === undefined || first === undefined) return { requirement, missing };
  const version = await versionOf(first);
  return version === undefined ? { requirement, missing } : { requirement, missing, version };
}
