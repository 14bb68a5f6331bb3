import { duplicate, type FieldError, invalidValue, notSupported, required, tooLong } from '../field-error.js';
import type {
  AppArmorProfile,
  PodSecurityContext,
  PodSpec,
  SeccompProfile,
  SecurityContext,
  Sysctl,
} from '../generated/core-v1.js';
import { each, oneOfIfSet } from './common.js';
import { validateLocalPath } from './local-path.js';

const maxId = 2_147_483_647;
const maxSysctl = 253;
const maxProfile = 4095;
const segment = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const sysctlText = `^(${segment}[\\./])*${segment}$`;
const sysctlShape = new RegExp(sysctlText);
const profileTypes = ['Localhost', 'RuntimeDefault', 'Unconfined'];

function validateId(path: string, id: number | undefined): FieldError[] {
  if (id === undefined || id === null || (id >= 0 && id <= maxId)) return [];
  return [invalidValue(path, id, `must be between 0 and ${maxId}, inclusive`)];
}

function validateProfileType(path: string, what: string, type: string | undefined): FieldError[] {
  if (!type) return [required(`${path}.type`, `type is required when ${what} is set`)];
  return profileTypes.includes(type) ? [] : [notSupported(`${path}.type`, type, profileTypes)];
}

function validateSeccomp(path: string, profile: SeccompProfile | undefined): FieldError[] {
  if (!profile) return [];
  const errors = validateProfileType(path, 'seccompProfile', profile.type);
  const at = `${path}.localhostProfile`;
  const { localhostProfile: local } = profile;
  if (profile.type === 'Localhost')
    return local === undefined
      ? [...errors, required(at, 'must be set when seccomp type is Localhost')]
      : [...errors, ...validateLocalPath(at, local)];
  if (local === undefined) return errors;
  return [...errors, invalidValue(at, profile, 'can only be set when seccomp type is Localhost')];
}

function validateAppArmor(path: string, profile: AppArmorProfile | undefined): FieldError[] {
  if (!profile) return [];
  const errors = validateProfileType(path, 'appArmorProfile', profile.type);
  const at = `${path}.localhostProfile`;
  const { localhostProfile: local } = profile;
  if (profile.type !== 'Localhost') {
    if (local === undefined) return errors;
    return [...errors, invalidValue(at, local, 'can only be set when AppArmor type is Localhost')];
  }
  if (local === undefined || local === '')
    return [...errors, required(at, 'must be set when AppArmor type is Localhost')];
  if (local.trim() !== local) errors.push(invalidValue(at, local, 'must not be padded with whitespace'));
  return local.length > maxProfile ? [...errors, tooLong(at, local, maxProfile)] : errors;
}

function sysctlOf(name: string): string {
  return name.replaceAll('/', '.');
}

function validateHostSysctl(path: string, name: string, spec: PodSpec): FieldError[] {
  const known = sysctlOf(name);
  const ipc = /^(kernel\.(shm|msg|sem)|fs\.mqueue\.)/.test(known);
  if (spec.hostNetwork === true && known.startsWith('net.'))
    return [invalidValue(path, name, "may not be specified when 'hostNetwork' is true")];
  if (spec.hostIPC === true && ipc)
    return [invalidValue(path, name, "may not be specified when 'hostIPC' is true")];
  return [];
}

function validateSysctls(path: string, sysctls: readonly Sysctl[] | undefined, spec: PodSpec): FieldError[] {
  const names = (sysctls ?? []).map(({ name }) => name);
  return each(path, sysctls, (at, { name }, index) => {
    if (!name) return [required(`${at}.name`)];
    const errors = validateHostSysctl(`${at}.name`, name, spec);
    if (name.length > maxSysctl || !sysctlShape.test(name)) {
      const message = `must have at most ${maxSysctl} characters and match regex ${sysctlText}`;
      return [invalidValue(`${at}.name`, name, message), ...errors];
    }
    return names.indexOf(name) < index ? [duplicate(`${at}.name`, name), ...errors] : errors;
  });
}

function validateIds(path: string, context: PodSecurityContext): FieldError[] {
  return [
    ...(['fsGroup', 'runAsUser', 'runAsGroup'] as const).flatMap((name) =>
      validateId(`${path}.${name}`, context[name]),
    ),
    ...each(`${path}.supplementalGroups`, context.supplementalGroups, validateId),
  ];
}

/** The security settings of a whole Pod. */
export function validatePodSecurity(specPath: string, spec: PodSpec): FieldError[] {
  const context = spec.securityContext;
  const path = `${specPath}.securityContext`;
  if (!context) return [];
  const shared = spec.shareProcessNamespace === true && spec.hostPID === true;
  const message = 'ShareProcessNamespace and HostPID cannot both be enabled';
  return [
    ...validateIds(path, context),
    ...(shared ? [invalidValue(`${path}.shareProcessNamespace`, true, message)] : []),
    ...validateSysctls(`${path}.sysctls`, context.sysctls, spec),
    ...oneOfIfSet(`${path}.fsGroupChangePolicy`, context.fsGroupChangePolicy, ['Always', 'OnRootMismatch']),
    ...validateSeccomp(`${path}.seccompProfile`, context.seccompProfile),
    ...validateAppArmor(`${path}.appArmorProfile`, context.appArmorProfile),
    ...oneOfIfSet(`${path}.supplementalGroupsPolicy`, context.supplementalGroupsPolicy, ['Merge', 'Strict']),
    ...oneOfIfSet(`${path}.seLinuxChangePolicy`, context.seLinuxChangePolicy, ['MountOption', 'Recursive']),
  ];
}

function validateEscalation(path: string, context: SecurityContext): FieldError[] {
  if (context.allowPrivilegeEscalation !== false) return [];
  const errors: FieldError[] = [];
  if (context.privileged === true) {
    const message = 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true';
    errors.push(invalidValue(path, context, message));
  }
  if ((context.capabilities?.add ?? []).includes('CAP_SYS_ADMIN')) {
    const message = 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN';
    errors.push(invalidValue(path, context, message));
  }
  return errors;
}

/** The security settings of a container. */
export function validateContainerSecurity(
  path: string,
  context: SecurityContext | undefined,
  hostUsers: boolean,
): FieldError[] {
  if (!context) return [];
  const { procMount } = context;
  const at = `${path}.procMount`;
  const unmasked = hostUsers && procMount === 'Unmasked';
  return [
    ...(['runAsUser', 'runAsGroup'] as const).flatMap((name) => validateId(`${path}.${name}`, context[name])),
    ...oneOfIfSet(at, procMount, ['Default', 'Unmasked']),
    ...(unmasked ? [invalidValue(at, procMount, '`hostUsers` must be false to use `Unmasked`')] : []),
    ...validateSeccomp(`${path}.seccompProfile`, context.seccompProfile),
    ...validateEscalation(path, context),
    ...validateAppArmor(`${path}.appArmorProfile`, context.appArmorProfile),
  ];
}
