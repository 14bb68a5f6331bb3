import { rename, rm, stat } from 'node:fs/promises';
import { rotatedFiles } from './reader.js';

/** When a log is rotated and how much is kept; the kubelet's defaults (containerLogMaxSize, containerLogMaxFiles). */
export interface RotationLimits {
  readonly maxBytes: number;
  /** Files kept of one container, the current one among them. */
  readonly maxFiles: number;
}

/** 10 MiB and five files. */
export const DEFAULT_ROTATION: RotationLimits = { maxBytes: 10 * 1024 * 1024, maxFiles: 5 };

/** Rotates one container's log when it is too large; `reopen` makes the runtime open a new file. True when it did. */
export async function rotateLog(
  path: string,
  reopen: () => Promise<void>,
  options: { readonly limits?: RotationLimits; readonly now: Date },
): Promise<boolean> {
  const { maxBytes, maxFiles } = options.limits ?? DEFAULT_ROTATION;
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size < maxBytes) return false;
  // The oldest go first, so that the new one finds room.
  const old = await rotatedFiles(path);
  for (const file of old.slice(0, Math.max(0, old.length - (maxFiles - 2)))) await rm(file, { force: true });
  const stamp = options.now.toISOString().replaceAll(/[-:.]/g, '');
  await rename(path, `${path}.${stamp}`);
  await reopen();
  return true;
}
