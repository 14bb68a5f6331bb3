import { type FieldError, forbidden, invalidValue, notSupported, required } from '../field-error.js';
import type { PodSpec, PodTemplateSpec } from '../generated/core-v1.js';
import { dns1123Label, dns1123Subdomain, qualifiedName } from '../names.js';
import { validateAffinity } from './affinity.js';
import { checkName, each, nonNegative, oneOf, oneOfIfSet, optionalName, validateLabels } from './common.js';
import { validateContainers } from './container.js';
import { validateEphemeralContainers } from './ephemeral-container.js';
import { validateAnnotations } from './object-meta.js';
import { validateDns, validateHostAliases, validateHostNetwork, validateHostPorts } from './pod-network.js';
import { validateSchedulingGates, validateSpread, validateTolerations } from './pod-scheduling.js';
import { validateOverhead } from './resources.js';
import { validatePodSecurity } from './security-context.js';
import { validateVolumes } from './volumes.js';

const maxSeconds = 2_147_483_647;

/** Whether templates may be looser than Pods: Pods also refuse image names with spaces around them. */
export interface PodSpecOptions {
  readonly template: boolean;
}

function validateAllContainers(path: string, spec: PodSpec): FieldError[] {
  const names = new Set<string>();
  const containers = spec.containers ?? [];
  return [
    ...(containers.length === 0 ? [required(`${path}.containers`)] : []),
    ...validateContainers(`${path}.containers`, containers, { spec, names, role: 'main' }),
    ...validateHostPorts(`${path}.containers`, containers),
    ...validateContainers(`${path}.initContainers`, spec.initContainers ?? [], {
      spec,
      names,
      role: 'init',
    }),
  ];
}

function validateEphemeral(path: string, spec: PodSpec, { template }: PodSpecOptions): FieldError[] {
  const list = spec.ephemeralContainers ?? [];
  const at = `${path}.ephemeralContainers`;
  if (list.length === 0) return [];
  if (template) return [forbidden(at, 'ephemeral containers not allowed in pod template')];
  return validateEphemeralContainers(at, list, spec);
}

function trimmedImages(path: string, spec: PodSpec): FieldError[] {
  const lists = { containers: spec.containers ?? [], initContainers: spec.initContainers ?? [] };
  return Object.entries(lists).flatMap(([name, list]) =>
    list.flatMap(({ image = '' }, index) =>
      image === image.trim()
        ? []
        : [
            invalidValue(
              `${path}.${name}[${index}].image`,
              image,
              'must not have leading or trailing whitespace',
            ),
          ],
    ),
  );
}

function validateTimes(path: string, spec: PodSpec): FieldError[] {
  const { activeDeadlineSeconds: deadline, terminationGracePeriodSeconds: grace } = spec;
  const errors: FieldError[] = [];
  if (grace === undefined || grace === null) errors.push(required(`${path}.terminationGracePeriodSeconds`));
  else errors.push(...nonNegative(`${path}.terminationGracePeriodSeconds`, grace));
  if (deadline !== undefined && deadline !== null && (deadline < 1 || deadline > maxSeconds)) {
    errors.push(
      invalidValue(
        `${path}.activeDeadlineSeconds`,
        deadline,
        `must be between 1 and ${maxSeconds}, inclusive`,
      ),
    );
  }
  return errors;
}

function validateNames(path: string, spec: PodSpec): FieldError[] {
  const optional = (field: string, value: string | undefined, check: typeof dns1123Label): FieldError[] =>
    value ? checkName(`${path}.${field}`, value, check) : [];
  return [
    ...optional('hostname', spec.hostname, dns1123Label),
    ...optional('subdomain', spec.subdomain, dns1123Label),
    ...optional('serviceAccountName', spec.serviceAccountName, dns1123Subdomain),
    ...optional('nodeName', spec.nodeName, dns1123Subdomain),
    ...optional('priorityClassName', spec.priorityClassName, dns1123Subdomain),
    ...(spec.readinessGates ?? []).flatMap((gate, index) =>
      checkName(`${path}.readinessGates[${index}].conditionType`, gate.conditionType ?? '', qualifiedName),
    ),
  ];
}

function validateClass(path: string, spec: PodSpec): FieldError[] {
  return [
    ...optionalName(`${path}.runtimeClassName`, spec.runtimeClassName, dns1123Subdomain),
    ...oneOfIfSet(`${path}.preemptionPolicy`, spec.preemptionPolicy, ['PreemptLowerPriority', 'Never']),
    ...validateOverhead(`${path}.overhead`, spec.overhead),
  ];
}

function validateOs(path: string, { os, securityContext, ...spec }: PodSpec): FieldError[] {
  if (os === undefined) return [];
  if (!os.name) return [required(`${path}.os.name`, 'cannot be empty')];
  if (os.name !== 'linux' && os.name !== 'windows')
    return [notSupported(`${path}.os`, os.name, ['linux', 'windows'])];
  if (os.name === 'windows') return [];
  const message = 'windows options cannot be set for a linux pod';
  const here = securityContext?.windowsOptions
    ? [forbidden(`${path}.securityContext.windowsOptions`, message)]
    : [];
  const inside = (['initContainers', 'containers'] as const).flatMap((list) =>
    each(`${path}.${list}`, spec[list], (at, container) =>
      container.securityContext?.windowsOptions
        ? [forbidden(`${at}.securityContext.windowsOptions`, message)]
        : [],
    ),
  );
  return [...here, ...inside];
}

function validateHostUsers(path: string, spec: PodSpec): FieldError[] {
  if (spec.hostUsers !== false) return [];
  const shared = [
    ['hostNetwork', 'hostNetwork'],
    ['hostPID', 'HostPID'],
    ['hostIPC', 'HostIPC'],
  ] as const;
  return shared
    .filter(([field]) => spec[field] === true)
    .map(([, name]) => forbidden(`${path}.${name}`, 'when `pod.Spec.HostUsers` is false'));
}

/** A Pod's spec, with its defaults, of a Pod or of a template. */
export function validatePodSpec(
  path: string,
  spec: PodSpec | undefined,
  options: PodSpecOptions,
): FieldError[] {
  if (spec === undefined) return [required(`${path}.containers`)];
  return [
    ...validateVolumes(`${path}.volumes`, spec.volumes ?? []),
    ...validateAllContainers(path, spec),
    ...(options.template ? [] : trimmedImages(path, spec)),
    ...validateEphemeral(path, spec, options),
    ...validateHostNetwork(path, spec, !options.template),
    ...oneOf(`${path}.restartPolicy`, spec.restartPolicy, ['Always', 'OnFailure', 'Never']),
    ...validateDns(path, spec),
    ...validateLabels(`${path}.nodeSelector`, spec.nodeSelector),
    ...validatePodSecurity(path, spec),
    ...validateAffinity(`${path}.affinity`, spec.affinity),
    ...validateSchedulingGates(`${path}.schedulingGates`, spec.schedulingGates),
    ...validateSpread(`${path}.topologySpreadConstraints`, spec.topologySpreadConstraints),
    ...validateHostUsers(path, spec),
    ...validateNames(path, spec),
    ...validateTolerations(`${path}.tolerations`, spec.tolerations),
    ...validateHostAliases(`${path}.hostAliases`, spec.hostAliases),
    ...validateClass(path, spec),
    ...validateOs(path, spec),
    ...validateTimes(path, spec),
  ];
}

/** The labels and annotations of a template. */
export function validateTemplateMeta(path: string, template: PodTemplateSpec): FieldError[] {
  return [
    ...validateLabels(`${path}.labels`, template.metadata?.labels),
    ...validateAnnotations(`${path}.annotations`, template.metadata?.annotations),
  ];
}

/** A whole Pod template. */
export function validatePodTemplate(path: string, template: PodTemplateSpec): FieldError[] {
  return [
    ...validateTemplateMeta(path, template),
    ...validatePodSpec(`${path}.spec`, template.spec, { template: true }),
  ];
}
