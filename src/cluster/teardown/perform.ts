import { rmdirSync, rmSync } from 'node:fs';
import { hasErrno } from '../../lib/errors.js';
import { CommandError, run } from '../../lib/run.js';
import type { ClusterPaths } from '../paths.js';
import { signalProcess } from '../processes.js';
import type { Action } from './actions.js';

async function unmount(mountPoint: string): Promise<void> {
  try {
    await run('umount', [mountPoint]);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    // Busy: let go of it now, the kernel frees it with its last user.
    await run('umount', ['--lazy', mountPoint]);
  }
}

async function removeNamespace({ netns }: ClusterPaths): Promise<void> {
  try {
    await run('ip', ['netns', 'delete', netns.name]);
  } catch {
    rmSync(netns.path, { force: true });
  }
}

function removeCgroup(directory: string): void {
  try {
    rmdirSync(directory);
  } catch (error) {
    // EBUSY: the last process is dead but not yet collected; the next look finds the directory again.
    if (!hasErrno(error, 'ENOENT', 'EBUSY')) throw error;
  }
}

/** Does one step; doing it again changes nothing. */
export async function performStep(action: Action, paths: ClusterPaths): Promise<void> {
  switch (action.type) {
    case 'signal':
      signalProcess(action.process, action.signal);
      return;
    case 'unmount':
      return unmount(action.mountPoint);
    case 'remove-namespace':
      return removeNamespace(paths);
    case 'remove-cgroup':
      return removeCgroup(action.directory);
    case 'remove':
      rmSync(action.file, { recursive: true, force: true });
  }
}
