import { join } from 'node:path';
import type { EmptyDirVolumeSource, Pod, Volume, VolumeProjection } from '../../api/generated/core-v1.js';
import { quantityToBytes } from '../../api/quantity.js';
import { downwardFiles } from './downward.js';
import { configMapFiles, type FileOptions, mergeFiles, secretFiles } from './files.js';
import { planClaim } from './plan-claim.js';
import { tokenFile } from './token-files.js';
import type {
  EmptyDirPreparation,
  HostPathPreparation,
  HostPathType,
  VolumeFile,
  VolumeObjects,
  VolumePreparation,
} from './types.js';
import { VolumeError } from './volume-error.js';

/** What every kind of volume is planned from. */
export interface SourceContext {
  readonly pod: Pod;
  readonly objects: VolumeObjects;
  readonly podDir: string;
}

/** What one volume needs; throws a VolumeError that says what is missing or refused. */
export function planSource(volume: Volume, context: SourceContext): VolumePreparation {
  if (volume.persistentVolumeClaim) return planClaim(volume.name, volume.persistentVolumeClaim, context);
  if (volume.emptyDir) return planEmptyDir(volume.name, volume.emptyDir, context);
  if (volume.hostPath) return planHostPath(volume.name, volume.hostPath);
  return planFiles(volume, context);
}

function planEmptyDir(
  volume: string,
  { medium = '', sizeLimit }: EmptyDirVolumeSource,
  { pod, objects, podDir }: SourceContext,
): EmptyDirPreparation {
  if (medium !== '' && medium !== 'Memory')
    throw new VolumeError(`emptyDir medium ${medium} is not supported`);
  const path = join(podDir, 'volumes', 'kubernetes.io~empty-dir', volume);
  const limit = sizeLimit === undefined ? 0 : Number(quantityToBytes(sizeLimit));
  const bounds = medium === 'Memory' ? [limit, podMemory(pod), memoryOf(objects.allocatable)] : [limit];
  const given = bounds.filter((bytes) => bytes > 0);
  return {
    type: 'emptyDir',
    volume,
    path,
    readOnly: false,
    medium: medium === 'Memory' ? 'memory' : 'disk',
    ...(given.length === 0 ? {} : { sizeBytes: Math.min(...given) }),
    gid: pod.spec?.securityContext?.fsGroup,
  };
}

function memoryOf(resources: Readonly<Record<string, string>> | undefined): number {
  return Number(quantityToBytes(resources?.['memory'] ?? '0'));
}

/** The memory that the Pod's containers may use together, in bytes; 0 when one of them has no limit. */
function podMemory({ spec }: Pod): number {
  const limits = (spec?.containers ?? []).map(({ resources }) => memoryOf(resources?.limits));
  return limits.includes(0) ? 0 : limits.reduce((sum, bytes) => sum + bytes, 0);
}

const hostPathTypes: readonly HostPathType[] = ['', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate'];

function planHostPath(
  volume: string,
  { path, type = '' }: { readonly path: string; readonly type?: string },
): HostPathPreparation {
  const pathType = hostPathTypes.find((known) => known === type);
  if (pathType === undefined) throw new VolumeError(`hostPath type ${type} is not supported`);
  return { type: 'hostPath', volume, path, readOnly: false, pathType };
}

function planFiles(volume: Volume, context: SourceContext): VolumePreparation {
  const gid = context.pod.spec?.securityContext?.fsGroup;
  const [folder, files] = filesOf(volume, context, gid);
  return {
    type: 'files',
    volume: volume.name,
    path: join(context.podDir, 'volumes', folder, volume.name),
    readOnly: true,
    files: mergeFiles(files),
    gid,
  };
}

function filesOf(
  volume: Volume,
  context: SourceContext,
  gid: number | undefined,
): readonly [folder: string, files: readonly VolumeFile[]] {
  const { configMap, secret, downwardAPI, projected } = volume;
  const { objects } = context;
  if (configMap) {
    const { name = '' } = configMap;
    const options = { defaultMode: configMap.defaultMode, gid, ...configMap };
    return ['kubernetes.io~configmap', configMapFiles(name, objects.configMaps.get(name), options)];
  }
  if (secret) {
    const { secretName = '' } = secret;
    const options = { defaultMode: secret.defaultMode, gid, ...secret };
    return ['kubernetes.io~secret', secretFiles(secretName, objects.secrets.get(secretName), options)];
  }
  if (downwardAPI) {
    const options = { defaultMode: downwardAPI.defaultMode, gid };
    return [
      'kubernetes.io~downward-api',
      downwardFiles(downwardAPI.items ?? [], downwardContext(context), options),
    ];
  }
  if (projected) {
    const options = { defaultMode: projected.defaultMode, gid };
    const { sources = [] } = projected;
    return ['kubernetes.io~projected', sources.flatMap((source) => projectedFiles(source, context, options))];
  }
  throw new VolumeError(`volume type ${kindOf(volume)} is not supported`);
}

function projectedFiles(
  source: VolumeProjection,
  context: SourceContext,
  options: FileOptions,
): VolumeFile[] {
  const { configMap, secret, downwardAPI, serviceAccountToken } = source;
  const { objects } = context;
  if (serviceAccountToken) return [tokenFile(serviceAccountToken, context, options)];
  if (configMap) {
    const { name = '' } = configMap;
    return configMapFiles(name, objects.configMaps.get(name), { ...options, ...configMap });
  }
  if (secret) {
    const { name = '' } = secret;
    return secretFiles(name, objects.secrets.get(name), { ...options, ...secret });
  }
  if (downwardAPI) return downwardFiles(downwardAPI.items ?? [], downwardContext(context), options);
  throw new VolumeError(`projected source ${Object.keys(source).join(', ') || '(none)'} is not supported`);
}

function downwardContext({ pod, objects }: SourceContext): Parameters<typeof downwardFiles>[1] {
  return { pod, allocatable: objects.allocatable };
}

function kindOf(volume: Volume): string {
  return Object.keys(volume).find((key) => key !== 'name') ?? '(none)';
}
