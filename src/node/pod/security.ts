import type { Container, Pod, SecurityContext } from '../../api/generated/core-v1.js';
import type { ImageInfo, RuntimeSecurity } from '../cri/container-runtime.js';
import { StepError } from './step-error.js';

/** What a container's process may do and as whom it runs: the container's word before the Pod's, and both before the image's. */
export function runtimeSecurity(
  pod: Pod,
  container: Container,
  image: ImageInfo | undefined,
): RuntimeSecurity {
  const ofPod = pod.spec?.securityContext ?? {};
  const own = container.securityContext ?? {};
  const { runAsUser, runAsGroup, runAsNonRoot, seccompProfile } = { ...defined(ofPod), ...defined(own) };
  if (runAsNonRoot) refuseRoot(container, runAsUser, image);
  const groups = [
    ...(ofPod.supplementalGroups ?? []),
    ...(ofPod.fsGroup === undefined ? [] : [ofPod.fsGroup]),
  ];
  const { privileged = false, readOnlyRootFilesystem = false } = own;
  return {
    ...identity(runAsUser, image),
    runAsGroup,
    supplementalGroups: [...new Set(groups)],
    addCapabilities: own.capabilities?.add ?? [],
    dropCapabilities: own.capabilities?.drop ?? [],
    privileged,
    readonlyRootFilesystem: readOnlyRootFilesystem,
    noNewPrivileges: own.allowPrivilegeEscalation === false && !privileged,
    seccomp: seccompProfile?.type === 'RuntimeDefault' ? 'RuntimeDefault' : 'Unconfined',
    pidScope: pod.spec?.shareProcessNamespace ? 'POD' : 'CONTAINER',
  };
}

type Identity = Pick<SecurityContext, 'runAsUser' | 'runAsGroup' | 'runAsNonRoot' | 'seccompProfile'>;

/** The fields of a security context that are set. */
function defined({ runAsUser, runAsGroup, runAsNonRoot, seccompProfile }: Identity): Identity {
  const all = { runAsUser, runAsGroup, runAsNonRoot, seccompProfile };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** A group without a user is refused by the runtime: a user is always named, and is root where the image names none. */
function identity(
  runAsUser: number | undefined,
  image: ImageInfo | undefined,
): Pick<RuntimeSecurity, 'runAsUser' | 'runAsUserName'> {
  if (runAsUser !== undefined || image === undefined) return { runAsUser };
  return image.userName === undefined ? { runAsUser: image.userId ?? 0 } : { runAsUserName: image.userName };
}

function refuseRoot(container: Container, runAsUser: number | undefined, image: ImageInfo | undefined): void {
  const user = runAsUser ?? image?.userId;
  const config = { retry: { baseMs: 10_000, maxMs: 60_000 } };
  if (runAsUser === 0) {
    throw new StepError(
      'CreateContainerConfigError',
      `container's runAsUser breaks non-root policy (container: ${container.name})`,
      config,
    );
  }
  if (user !== undefined && user !== 0) return;
  if (runAsUser === undefined && image?.userName !== undefined) {
    const message = `container has runAsNonRoot and image has non-numeric user (${image.userName}), cannot verify user is non-root (container: ${container.name})`;
    throw new StepError('CreateContainerConfigError', message, config);
  }
  throw new StepError(
    'CreateContainerConfigError',
    `container has runAsNonRoot and image will run as root (container: ${container.name})`,
    config,
  );
}
