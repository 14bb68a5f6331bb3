import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../lib/errors.js';
import type { RuntimeMount } from '../cri/container-runtime.js';
import { writeAtomically } from './atomic-writer.js';
import { lstatOf, makeDirectoryOnce, makeParents } from './disk.js';
import { giveToGroup } from './fs-group.js';
import { prepareHostPath, statOf } from './host-path.js';
import type { VolumeIo } from './io.js';
import { planImageVolumes, subPathOf } from './plan-mounts.js';
import { resolveSubPath } from './safe-sub-path.js';
import type {
  ClaimPreparation,
  EmptyDirPreparation,
  FilesPreparation,
  ImageVolume,
  PlannedMount,
  VolumePlan,
  VolumePreparation,
  VolumeProblem,
} from './types.js';
import { VolumeError, VolumesNotReadyError } from './volume-error.js';

const EMPTY_DIR_MODE = 0o777;
const FILES_DIR_MODE = 0o755;
const SET_GID = 0o2000;

/** A plan and the machine to carry it out on. */
export interface PrepareOptions {
  readonly plan: VolumePlan;
  readonly io: VolumeIo;
}

/**
 * Prepares every volume that can be, also when some are prepared already (after a restart of the daemon, or when
 * objects have changed). Rejects with a VolumesNotReadyError that names all volumes which cannot be had.
 */
export async function prepareVolumes({ plan, io }: PrepareOptions): Promise<void> {
  await mkdir(join(plan.podDir, 'volumes'), { recursive: true, mode: 0o700 });
  const problems: VolumeProblem[] = [...plan.problems];
  for (const preparation of plan.preparations) {
    try {
      await prepare(preparation, { plan, io });
    } catch (cause) {
      problems.push({ volume: preparation.volume, message: messageOf(cause), cause });
    }
  }
  if (problems.length > 0) throw new VolumesNotReadyError(problems);
}

/**
 * Writes the files of ConfigMaps, Secrets and Pod fields anew where they changed, and names the volumes that did. A
 * volume that can no longer be planned keeps what it holds. Containers see it at once, but not through a subPath.
 */
export async function refreshVolumes({ plan, io }: PrepareOptions): Promise<readonly string[]> {
  const changed: string[] = [];
  for (const preparation of plan.preparations) {
    if (preparation.type === 'files' && (await prepareFiles(preparation, io)))
      changed.push(preparation.volume);
  }
  return changed;
}

async function prepare(preparation: VolumePreparation, { plan, io }: PrepareOptions): Promise<void> {
  switch (preparation.type) {
    case 'claim':
      return prepareClaim(preparation, { plan, io });
    case 'emptyDir':
      return prepareEmptyDir(preparation, io);
    case 'files':
      await prepareFiles(preparation, io);
      return;
    case 'hostPath':
      return prepareHostPath(preparation);
  }
}

async function prepareClaim(claim: ClaimPreparation, { plan, io }: PrepareOptions): Promise<void> {
  if (claim.create) await mkdir(claim.path, { recursive: true, mode: 0o755 });
  const found = await statOf(claim.path);
  if (!found) {
    // Never made here: a database that finds an empty directory where its data was would start all over.
    throw new VolumeError(`the directory of volume ${claim.persistentVolume} is missing: ${claim.path}`);
  }
  if (!found.isDirectory()) {
    throw new VolumeError(`the path of volume ${claim.persistentVolume} is not a directory: ${claim.path}`);
  }
  if (claim.group) await giveClaimOnce(claim, claim.group, { plan, io });
}

/** Once for a Pod: its processes may have given their files narrower modes since. */
async function giveClaimOnce(
  claim: ClaimPreparation,
  group: NonNullable<ClaimPreparation['group']>,
  { plan, io }: PrepareOptions,
): Promise<void> {
  const done = join(plan.podDir, 'fs-group', claim.volume);
  if (await lstatOf(done)) return;
  await giveToGroup(claim.path, { ...group, io });
  await makeParents(done);
  await writeFile(done, `${group.gid}\n`);
}

async function prepareEmptyDir(
  { path, medium, sizeBytes, gid }: EmptyDirPreparation,
  io: VolumeIo,
): Promise<void> {
  const mode = gid === undefined ? EMPTY_DIR_MODE : EMPTY_DIR_MODE | SET_GID;
  const owner = gid === undefined ? undefined : { uid: 0, gid };
  await makeDirectoryOnce(path, { mode, owner, io });
  // The kernel lists mount points by their real paths.
  if (medium === 'disk' || (await io.mountPoints()).includes(await realpath(path))) return;
  await io.mountTmpfs(path, { sizeBytes, mode, gid });
}

async function prepareFiles({ path, files, gid }: FilesPreparation, io: VolumeIo): Promise<boolean> {
  const mode = gid === undefined ? FILES_DIR_MODE : FILES_DIR_MODE | SET_GID;
  const owner = gid === undefined ? undefined : { uid: 0, gid };
  await makeDirectoryOnce(path, { mode, owner, io });
  return writeAtomically({ root: path, files, gid, io });
}

/** Which container is about to be created, with what its image and environment turned out to be. */
export interface MountsOptions {
  readonly plan: VolumePlan;
  readonly container: string;
  /** The container's whole environment, for subPathExpr. */
  readonly env: readonly { readonly name: string; readonly value: string }[];
  /** The VOLUME directories of its image. */
  readonly imageVolumes?: readonly ImageVolume[];
  readonly io: VolumeIo;
}

/**
 * The mounts of a container, made ready: subPaths are resolved and made, VOLUME directories of the image made on first
 * use. To be called just before every creation of the container; rejects with a VolumesNotReadyError.
 */
export async function mountsOf(options: MountsOptions): Promise<readonly RuntimeMount[]> {
  const { plan, container, env, io } = options;
  const mounts: RuntimeMount[] = [];
  for (const planned of plan.mounts.get(container) ?? []) mounts.push(await resolved(planned, env));
  for (const volume of planImageVolumes(plan, container, options.imageVolumes ?? [])) {
    await makeDirectoryOnce(volume.hostPath, { mode: volume.mode ?? 0o755, owner: volume.owner, io });
    mounts.push({
      hostPath: volume.hostPath,
      containerPath: volume.path,
      readonly: false,
      propagation: 'PRIVATE',
    });
  }
  return mounts;
}

async function resolved(planned: PlannedMount, env: MountsOptions['env']): Promise<RuntimeMount> {
  try {
    const subPath = subPathOf(planned, env);
    if (subPath === '') return planned.mount;
    return { ...planned.mount, hostPath: await resolveSubPath(planned.mount.hostPath, subPath) };
  } catch (cause) {
    throw new VolumesNotReadyError([{ volume: planned.volume, message: messageOf(cause), cause }]);
  }
}
