import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  ConfigMap,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  PodSpec,
  Secret,
  Volume,
  VolumeMount,
} from '../../api/generated/core-v1.js';
import type { VolumeIo } from './io.js';
import type { VolumeObjects } from './types.js';

/** A directory for one test. */
export async function temporaryDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'hf-e-volumes-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** A Pod whose container `main` mounts each volume at /NAME, or as `mounts` say. */
export function podWith(
  volumes: readonly Volume[],
  mounts: readonly VolumeMount[] = volumes.map(({ name }) => ({ name, mountPath: `/${name}` })),
  spec: Partial<PodSpec> = {},
): Pod {
  return {
    metadata: { name: 'db-0', namespace: 'shop', uid: 'uid-1', labels: { app: 'db', tier: 'a"b' } },
    spec: { containers: [{ name: 'main', volumeMounts: mounts }], volumes, ...spec },
  };
}

/** Objects by name. */
export function objectsOf(
  given: {
    readonly configMaps?: readonly ConfigMap[];
    readonly secrets?: readonly Secret[];
    readonly claims?: readonly PersistentVolumeClaim[];
    readonly persistentVolumes?: readonly PersistentVolume[];
    readonly tokens?: ReadonlyMap<string, string>;
  } = {},
): VolumeObjects {
  return {
    configMaps: byName(given.configMaps),
    secrets: byName(given.secrets),
    claims: byName(given.claims),
    persistentVolumes: byName(given.persistentVolumes),
    tokens: given.tokens ?? new Map(),
    allocatable: { cpu: '4', memory: '8Gi' },
  };
}

function byName<T extends { readonly metadata?: { readonly name?: string } }>(
  objects: readonly T[] = [],
): Map<string, T> {
  return new Map(objects.map((object) => [object.metadata?.name ?? '', object]));
}

/** A claim `data` bound to a provisioned volume `pvc-1` at a path. */
export function boundClaim(path: string): {
  readonly claims: readonly PersistentVolumeClaim[];
  readonly persistentVolumes: readonly PersistentVolume[];
} {
  return {
    claims: [
      { metadata: { name: 'data', uid: 'c1' }, spec: { volumeName: 'pvc-1' }, status: { phase: 'Bound' } },
    ],
    persistentVolumes: [
      {
        metadata: {
          name: 'pvc-1',
          annotations: { 'pv.kubernetes.io/provisioned-by': 'holdfast.dev/directory' },
        },
        spec: { hostPath: { path, type: 'Directory' }, claimRef: { uid: 'c1' } },
      },
    ],
  };
}

/** A machine without mounts: tmpfs and owners are only written down. */
export interface RecordedIo extends VolumeIo {
  readonly calls: string[];
  /** What a non-lazy unmount of these points meets. */
  readonly busy: Set<string>;
  readonly points: string[];
}

/** Makes a machine that writes down what it is asked for. */
export function recordedIo(): RecordedIo {
  const calls: string[] = [];
  const points: string[] = [];
  const busy = new Set<string>();
  return {
    calls,
    points,
    busy,
    mountTmpfs: async (path, options) => {
      calls.push(`tmpfs ${JSON.stringify(options)}`);
      points.push(path);
    },
    unmount: async (path, { lazily }) => {
      calls.push(`${lazily ? 'lazily ' : ''}unmount ${path}`);
      if (busy.has(path) && !lazily) throw new Error('target is busy');
      points.splice(points.lastIndexOf(path), 1);
    },
    mountPoints: async () => [...points],
    chown: async (path, { uid, gid }) => {
      calls.push(`chown ${uid}:${gid} ${path}`);
    },
    now: () => Date.UTC(2026, 0, 2, 3, 4, 5),
  };
}
