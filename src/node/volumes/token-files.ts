import type { Pod, ServiceAccountTokenProjection } from '../../api/generated/core-v1.js';
import { type FileOptions, volumeFile } from './files.js';
import { mountedVolumes } from './references.js';
import type { VolumeFile, VolumeObjects } from './types.js';
import { VolumeError } from './volume-error.js';

const ownerOnly = 0o600;

/** Names a token among those of a Pod: two projections that ask for the same share it. */
export function tokenKey({ audience = '', expirationSeconds = 3600 }: ServiceAccountTokenProjection): string {
  return `${expirationSeconds} ${audience}`;
}

/** A token that a volume asks for. */
export interface WantedToken {
  readonly volume: string;
  readonly projection: ServiceAccountTokenProjection;
}

/** The tokens that a Pod's mounted volumes ask for. */
export function wantedTokens(pod: Pod): readonly WantedToken[] {
  return mountedVolumes(pod).flatMap(({ name, projected }) =>
    (projected?.sources ?? []).flatMap(({ serviceAccountToken: projection }) =>
      projection === undefined ? [] : [{ volume: name, projection }],
    ),
  );
}

/** The user whom all containers run as, if the Pod says so for every one of them and it is one and the same. */
function commonUser({ spec }: Pod): number | undefined {
  const ofPod = spec?.securityContext?.runAsUser;
  const users = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map(
    ({ securityContext }) => securityContext?.runAsUser ?? ofPod,
  );
  return new Set(users).size === 1 ? users[0] : undefined;
}

/** The file of a token. Where it is known who is to read it, nobody else may; otherwise any user in the containers may. */
export function tokenFile(
  projection: ServiceAccountTokenProjection,
  { pod, objects }: { readonly pod: Pod; readonly objects: Pick<VolumeObjects, 'tokens'> },
  options: FileOptions,
): VolumeFile {
  const token = objects.tokens.get(tokenKey(projection));
  if (token === undefined) throw new VolumeError('its ServiceAccount token is not there yet');
  const uid = commonUser(pod);
  const mode = uid === undefined && options.gid === undefined ? options.defaultMode : ownerOnly;
  return { ...volumeFile(projection.path, Buffer.from(token), { ...options, mode }), uid };
}
