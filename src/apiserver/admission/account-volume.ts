import type { Container, PodSpec, Volume, VolumeMount } from '../../api/generated/core-v1.js';

const prefix = 'kube-api-access-';
const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';

/** An hour and seven seconds: the lifetime by which the API server knows the tokens that it adds itself. */
const tokenSeconds = 3607;

function tokenVolume(name: string): Volume {
  const fieldRef = { apiVersion: 'v1', fieldPath: 'metadata.namespace' };
  const sources = [
    { serviceAccountToken: { expirationSeconds: tokenSeconds, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    { downwardAPI: { items: [{ path: 'namespace', fieldRef }] } },
  ];
  return { name, projected: { defaultMode: 0o644, sources } };
}

function mountsThere({ volumeMounts = [] }: Container): boolean {
  return volumeMounts.some((mount) => mount.mountPath === mountPath);
}

function withMount<T extends Container>(containers: readonly T[], mount: VolumeMount): readonly T[] {
  return containers.map((container) =>
    mountsThere(container)
      ? container
      : { ...container, volumeMounts: [...(container.volumeMounts ?? []), mount] },
  );
}

/** The spec with the token, the authority's certificate and the namespace where clients look for them, unless something else is there. */
export function withToken(spec: PodSpec, freshName: string): PodSpec {
  const { containers, initContainers, volumes = [] } = spec;
  if ([...containers, ...(initContainers ?? [])].every(mountsThere)) return spec;
  const own = volumes.find(({ name }) => name.startsWith(prefix))?.name;
  const mount: VolumeMount = { name: own ?? freshName, readOnly: true, mountPath };
  return {
    ...spec,
    containers: withMount(containers, mount),
    ...(initContainers && { initContainers: withMount(initContainers, mount) }),
    volumes: own === undefined ? [...volumes, tokenVolume(freshName)] : volumes,
  };
}
