import { posix } from 'node:path';
import type { Container, Pod, VolumeMount } from '../../api/generated/core-v1.js';
import { everyContainer } from '../../api/pods.js';
import type { RuntimeMount } from '../cri/container-runtime.js';
import { expandVariables } from './expand.js';
import type {
  ImageVolume,
  PlannedImageVolume,
  PlannedMount,
  VolumePlan,
  VolumePreparation,
} from './types.js';
import { VolumeError } from './volume-error.js';

const propagations: Readonly<Record<string, RuntimeMount['propagation']>> = {
  None: 'PRIVATE',
  HostToContainer: 'HOST_TO_CONTAINER',
  Bidirectional: 'BIDIRECTIONAL',
};

/** Mounts that were planned, and what keeps others from it. */
export interface MountsResult {
  readonly mounts: ReadonlyMap<string, readonly PlannedMount[]>;
  readonly problems: readonly { readonly volume: string; readonly message: string }[];
}

/** The volumeMounts of all containers, over the volumes that could be planned. */
export function planContainerMounts(pod: Pod, preparations: readonly VolumePreparation[]): MountsResult {
  const { volumes = [] } = pod.spec ?? {};
  const declared = new Set(volumes.map(({ name }) => name));
  const byName = new Map(preparations.map((preparation) => [preparation.volume, preparation]));
  const problems: { volume: string; message: string }[] = [];
  const mounts = new Map<string, PlannedMount[]>();
  for (const container of everyContainer(pod)) {
    const planned: PlannedMount[] = [];
    for (const wanted of container.volumeMounts ?? []) {
      const preparation = byName.get(wanted.name);
      const message = declared.has(wanted.name) ? refusal(container, wanted, planned) : undeclared(wanted);
      if (message !== undefined) problems.push({ volume: wanted.name, message });
      else if (preparation) planned.push(plannedMount(wanted, preparation));
    }
    mounts.set(container.name, planned);
  }
  return { mounts, problems };
}

function undeclared({ name }: VolumeMount): string {
  return `volumeMounts names volume "${name}", which is not in spec.volumes`;
}

function containerPathOf({ mountPath }: VolumeMount): string {
  return posix.resolve('/', mountPath);
}

function refusal(
  container: Container,
  wanted: VolumeMount,
  planned: readonly PlannedMount[],
): string | undefined {
  const path = containerPathOf(wanted);
  const { mountPropagation = 'None', recursiveReadOnly = 'Disabled', subPath, subPathExpr } = wanted;
  const at = `mount "${path}" of container "${container.name}"`;
  const twin = planned.find(({ mount }) => mount.containerPath === path);
  if (path === '/') return `${at}: a volume cannot be mounted over the root directory`;
  if (twin) return `${at}: volume "${twin.volume}" is mounted there too`;
  if (propagations[mountPropagation] === undefined)
    return `${at}: unknown mountPropagation ${mountPropagation}`;
  if (mountPropagation === 'Bidirectional' && !container.securityContext?.privileged) {
    return `${at}: Bidirectional mount propagation is available only to privileged containers`;
  }
  if (recursiveReadOnly === 'Enabled') return `${at}: recursiveReadOnly Enabled is not supported`;
  if (subPath && subPathExpr) return `${at}: subPathExpr and subPath are mutually exclusive`;
  return undefined;
}

function plannedMount(wanted: VolumeMount, { path, readOnly }: VolumePreparation): PlannedMount {
  const mount: RuntimeMount = {
    hostPath: path,
    containerPath: containerPathOf(wanted),
    readonly: readOnly || (wanted.readOnly ?? false),
    propagation: propagations[wanted.mountPropagation ?? 'None'] ?? 'PRIVATE',
  };
  return {
    volume: wanted.name,
    mount,
    ...(wanted.subPath ? { subPath: wanted.subPath } : {}),
    ...(wanted.subPathExpr ? { subPathExpr: wanted.subPathExpr } : {}),
  };
}

/** The part of the volume that is mounted, '' for all of it; throws a VolumeError when it would leave the volume. */
export function subPathOf(
  { subPath, subPathExpr, mount }: PlannedMount,
  env: readonly { readonly name: string; readonly value: string }[],
): string {
  const path = subPathExpr === undefined ? (subPath ?? '') : expanded(subPathExpr, mount.containerPath, env);
  if (path.startsWith('/')) throw new VolumeError(`error SubPath \`${path}\` must not be an absolute path`);
  if (path.split('/').includes('..')) {
    throw new VolumeError(`unable to provision SubPath \`${path}\`: must not contain '..'`);
  }
  return path;
}

function expanded(
  expression: string,
  containerPath: string,
  env: readonly { readonly name: string; readonly value: string }[],
): string {
  const { text, missing } = expandVariables(expression, new Map(env.map(({ name, value }) => [name, value])));
  if (missing[0] === undefined) return text;
  throw new VolumeError(
    `subPathExpr "${expression}" of mount "${containerPath}": missing value for "${missing[0]}"`,
  );
}

/**
 * The VOLUME directories of a container's image that no volumeMount covers. Only a mount at the very path covers it:
 * the runtime makes a directory of its own for every other one, and that would end with the container.
 */
export function planImageVolumes(
  plan: Pick<VolumePlan, 'podDir' | 'mounts'>,
  container: string,
  volumes: readonly ImageVolume[],
): PlannedImageVolume[] {
  const covered = new Set((plan.mounts.get(container) ?? []).map(({ mount }) => mount.containerPath));
  return volumes
    .map((volume) => ({ ...volume, path: posix.resolve('/', volume.path) }))
    .filter(({ path }, index, all) => all.findIndex((other) => other.path === path) === index)
    .filter(({ path }) => path !== '/' && !covered.has(path))
    .map((volume) => ({
      ...volume,
      hostPath: posix.join(plan.podDir, 'image-volumes', container, escapedPath(volume.path)),
    }));
}

/** One file name for a path, different for different paths. */
function escapedPath(path: string): string {
  return path.slice(1).replaceAll('~', '~0').replaceAll('/', '~1');
}
