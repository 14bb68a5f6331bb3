import type { Pod, Volume } from '../../api/generated/core-v1.js';
import { everyContainer } from '../../api/pods.js';

/** Names of the objects that a Pod's mounted volumes refer to, all in the Pod's namespace. */
export interface VolumeReferences {
  readonly configMaps: ReadonlySet<string>;
  readonly secrets: ReadonlySet<string>;
  readonly claims: ReadonlySet<string>;
}

/** The volumes that some container mounts; the others are not prepared, as by the kubelet. */
export function mountedVolumes(pod: Pod): readonly Volume[] {
  const { volumes = [] } = pod.spec ?? {};
  const names = new Set(
    everyContainer(pod).flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name)),
  );
  return volumes.filter(({ name }) => names.has(name));
}

/** What `planVolumes` needs to be given for a Pod. The volume of a claim is named by the claim's `spec.volumeName`. */
export function volumeReferences(pod: Pod): VolumeReferences {
  const volumes = mountedVolumes(pod);
  const projections = volumes.flatMap(({ projected }) => projected?.sources ?? []);
  return {
    configMaps: named([
      ...volumes.map(({ configMap }) => configMap?.name),
      ...projections.map(({ configMap }) => configMap?.name),
    ]),
    secrets: named([
      ...volumes.map(({ secret }) => secret?.secretName),
      ...projections.map(({ secret }) => secret?.name),
    ]),
    claims: named(volumes.map(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName)),
  };
}

function named(names: readonly (string | undefined)[]): ReadonlySet<string> {
  return new Set(names.filter((name) => name !== undefined));
}
