import { type FieldError, forbidden, invalidValue, required } from '../field-error.js';
import type { PodSpec, PodTemplateSpec, Toleration } from '../generated/core-v1.js';
import { ipMessages } from '../ip.js';
import { dns1123Label, dns1123Subdomain, isLabelValue, qualifiedName } from '../names.js';
import { checkName, nonNegative, oneOf, oneOfIfSet, validateLabels } from './common.js';
import { validateContainers } from './container.js';
import { validateAnnotations } from './object-meta.js';
import { validatePodSecurity } from './security-context.js';
import { validateVolumes } from './volumes.js';

const maxSeconds = 2_147_483_647;

/** Whether templates may be looser than Pods: Pods also refuse image names with spaces around them. */
export interface PodSpecOptions {
  readonly template: boolean;
}

function validateAllContainers(path: string, spec: PodSpec): FieldError[] {
  const names = new Set<string>();
  const volumes = spec.volumes ?? [];
  const containers = spec.containers ?? [];
  return [
    ...(containers.length === 0 ? [required(`${path}.containers`)] : []),
    ...validateContainers(`${path}.containers`, containers, { volumes, names, init: false }),
    ...validateContainers(`${path}.initContainers`, spec.initContainers ?? [], {
      volumes,
      names,
      init: true,
    }),
  ];
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

function validateDns(path: string, spec: PodSpec): FieldError[] {
  const errors = oneOf(`${path}.dnsPolicy`, spec.dnsPolicy, [
    'ClusterFirst',
    'ClusterFirstWithHostNet',
    'Default',
    'None',
  ]);
  const servers = spec.dnsConfig?.nameservers ?? [];
  if (spec.dnsPolicy === 'None' && servers.length === 0) {
    const message = 'must provide at least one DNS nameserver when `dnsPolicy` is None';
    errors.push(required(`${path}.dnsConfig${spec.dnsConfig ? '.nameservers' : ''}`, message));
  }
  if (servers.length > 3)
    errors.push(
      invalidValue(`${path}.dnsConfig.nameservers`, servers, 'must not have more than 3 nameservers'),
    );
  for (const [index, server] of servers.entries()) {
    errors.push(
      ...ipMessages(server).map((message) =>
        invalidValue(`${path}.dnsConfig.nameservers[${index}]`, server, message),
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
    ...(spec.imagePullSecrets ?? []).flatMap(({ name }, index) =>
      name ? [] : [required(`${path}.imagePullSecrets[${index}].name`)],
    ),
    ...(spec.readinessGates ?? []).flatMap((gate, index) =>
      checkName(`${path}.readinessGates[${index}].conditionType`, gate.conditionType ?? '', qualifiedName),
    ),
    ...(spec.hostAliases ?? []).flatMap(({ ip, hostnames }, index) => [
      ...ipMessages(ip ?? '').map((message) =>
        invalidValue(`${path}.hostAliases[${index}].ip`, ip ?? '', message),
      ),
      ...(hostnames ?? []).flatMap((name, at) =>
        checkName(`${path}.hostAliases[${index}].hostnames[${at}]`, name, dns1123Subdomain),
      ),
    ]),
  ];
}

function validateToleration(
  at: string,
  { key, operator, value, effect, tolerationSeconds }: Toleration,
): FieldError[] {
  const errors = key ? checkName(`${at}.key`, key, qualifiedName) : [];
  if (!key && operator !== 'Exists') {
    errors.push(
      invalidValue(
        `${at}.operator`,
        operator ?? '',
        'operator must be Exists when `key` is empty, which means "match all values and all keys"',
      ),
    );
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    errors.push(
      invalidValue(
        `${at}.effect`,
        effect ?? '',
        "effect must be 'NoExecute' when `tolerationSeconds` is set",
      ),
    );
  }
  if (operator === 'Exists' && value) {
    errors.push(
      invalidValue(
        `${at}.operator`,
        { key, operator, value },
        "value must be empty when `operator` is 'Exists'",
      ),
    );
  }
  errors.push(...oneOfIfSet(`${at}.operator`, operator || undefined, ['Equal', 'Exists']));
  if (value) errors.push(...checkName(`${at}.operator`, value, isLabelValue));
  return [
    ...errors,
    ...oneOfIfSet(`${at}.effect`, effect || undefined, ['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
  ];
}

/** The tolerations of a Pod. */
export function validateTolerations(path: string, tolerations: readonly Toleration[]): FieldError[] {
  return tolerations.flatMap((toleration, index) => validateToleration(`${path}[${index}]`, toleration));
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
    ...((spec.ephemeralContainers ?? []).length > 0 && options.template
      ? [forbidden(`${path}.ephemeralContainers`, 'ephemeral containers not allowed in pod template')]
      : []),
    ...oneOf(`${path}.restartPolicy`, spec.restartPolicy, ['Always', 'OnFailure', 'Never']),
    ...validateDns(path, spec),
    ...validateLabels(`${path}.nodeSelector`, spec.nodeSelector),
    ...validatePodSecurity(`${path}.securityContext`, spec.securityContext),
    ...validateNames(path, spec),
    ...validateTolerations(`${path}.tolerations`, spec.tolerations ?? []),
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
