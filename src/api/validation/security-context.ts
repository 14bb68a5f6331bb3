import { type FieldError, invalidValue, required } from '../field-error.js';
import type { PodSecurityContext, SecurityContext } from '../generated/core-v1.js';
import { oneOfIfSet } from './common.js';

const maxId = 2_147_483_647;

function validateId(path: string, id: number | undefined): FieldError[] {
  if (id === undefined || id === null || (id >= 0 && id <= maxId)) return [];
  return [invalidValue(path, id, `must be between 0 and ${maxId}, inclusive`)];
}

function validateSeccomp(path: string, profile: SecurityContext['seccompProfile']): FieldError[] {
  if (!profile) return [];
  const errors = oneOfIfSet(`${path}.type`, profile.type ?? '', [
    'Localhost',
    'RuntimeDefault',
    'Unconfined',
  ]);
  if (profile.type === 'Localhost' && !profile.localhostProfile) {
    errors.push(required(`${path}.localhostProfile`, 'must be set when seccomp type is Localhost'));
  }
  return errors;
}

/** The security settings of a whole Pod. */
export function validatePodSecurity(path: string, context: PodSecurityContext | undefined): FieldError[] {
  if (!context) return [];
  return [
    ...(['runAsUser', 'runAsGroup', 'fsGroup'] as const).flatMap((name) =>
      validateId(`${path}.${name}`, context[name]),
    ),
    ...(context.supplementalGroups ?? []).flatMap((id, index) =>
      validateId(`${path}.supplementalGroups[${index}]`, id),
    ),
    ...oneOfIfSet(`${path}.fsGroupChangePolicy`, context.fsGroupChangePolicy, ['Always', 'OnRootMismatch']),
    ...validateSeccomp(`${path}.seccompProfile`, context.seccompProfile),
  ];
}

/** The security settings of a container. */
export function validateContainerSecurity(path: string, context: SecurityContext | undefined): FieldError[] {
  if (!context) return [];
  const errors = (['runAsUser', 'runAsGroup'] as const).flatMap((name) =>
    validateId(`${path}.${name}`, context[name]),
  );
  if (context.privileged === true && context.allowPrivilegeEscalation === false) {
    errors.push(
      invalidValue(path, context, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'),
    );
  }
  if (
    context.allowPrivilegeEscalation === false &&
    (context.capabilities?.add ?? []).includes('CAP_SYS_ADMIN')
  ) {
    errors.push(
      invalidValue(
        path,
        context,
        'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN',
      ),
    );
  }
  return [...errors, ...validateSeccomp(`${path}.seccompProfile`, context.seccompProfile)];
}
