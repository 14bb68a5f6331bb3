import {
  duplicate,
  type FieldError,
  forbidden,
  invalidValue,
  notSupported,
  required,
} from '../field-error.js';
import type {
  DownwardAPIVolumeFile,
  KeyToPath,
  ProjectedVolumeSource,
  Volume,
} from '../generated/core-v1.js';
import { dns1123Label, dns1123Subdomain } from '../names.js';
import { checkName, validateQuantity } from './common.js';
import { validateFieldPath, validateResourceField } from './env.js';
import { validateClaimSpec } from './persistent-volume-claim.js';

const fileFields = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];

/** A path inside a volume: relative, and never out of it. */
export function validateLocalPath(path: string, value: string): FieldError[] {
  if (value.startsWith('/')) return [invalidValue(path, value, 'must be a relative path')];
  return value.split('/').includes('..') ? [invalidValue(path, value, "must not contain '..'")] : [];
}

function validateFileName(path: string, value: string | undefined): FieldError[] {
  if (!value) return [required(path)];
  const errors = validateLocalPath(path, value);
  if (value.startsWith('..') && errors.length === 0)
    errors.push(invalidValue(path, value, "must not start with '..'"));
  return errors;
}

function validateMode(path: string, mode: number | undefined): FieldError[] {
  if (mode === undefined || mode === null || (mode >= 0 && mode <= 0o777)) return [];
  return [invalidValue(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive')];
}

function validateItems(path: string, items: readonly KeyToPath[]): FieldError[] {
  return items.flatMap((item, index) => {
    const at = `${path}.items[${index}]`;
    return [
      ...(item.key ? [] : [required(`${at}.key`)]),
      ...validateFileName(`${at}.path`, item.path),
      ...validateMode(`${at}.mode`, item.mode),
    ];
  });
}

function validateDownward(path: string, items: readonly DownwardAPIVolumeFile[]): FieldError[] {
  return items.flatMap((item, index) => {
    const at = `${path}.items[${index}]`;
    const errors = validateFileName(`${at}.path`, item.path);
    if (item.fieldRef)
      errors.push(...validateFieldPath(`${at}.fieldRef`, item.fieldRef.fieldPath ?? '', fileFields));
    else if (item.resourceFieldRef) {
      if (!item.resourceFieldRef.containerName) errors.push(required(`${at}.resourceFieldRef.containerName`));
      errors.push(...validateResourceField(`${at}.resourceFieldRef`, item.resourceFieldRef.resource ?? ''));
    } else errors.push(required(at, 'one of fieldRef and resourceFieldRef is required'));
    return [...errors, ...validateMode(`${at}.mode`, item.mode)];
  });
}

function validateProjected(path: string, projected: ProjectedVolumeSource): FieldError[] {
  const errors = validateMode(`${path}.defaultMode`, projected.defaultMode);
  for (const [index, source] of (projected.sources ?? []).entries()) {
    const at = `${path}.sources[${index}]`;
    const given = Object.entries(source).filter(([, value]) => value !== undefined && value !== null);
    if (given.length > 1) errors.push(forbidden(at, 'may not specify more than 1 volume type per source'));
    if (source.secret && !source.secret.name) errors.push(required(`${at}.secret.name`));
    if (source.configMap && !source.configMap.name) errors.push(required(`${at}.configMap.name`));
    errors.push(...validateItems(`${at}.secret`, source.secret?.items ?? []));
    errors.push(...validateItems(`${at}.configMap`, source.configMap?.items ?? []));
    errors.push(...validateDownward(`${at}.downwardAPI`, source.downwardAPI?.items ?? []));
    if (source.serviceAccountToken)
      errors.push(...validateFileName(`${at}.serviceAccountToken.path`, source.serviceAccountToken.path));
  }
  return errors;
}

function validateHostPath(at: string, path: string | undefined): FieldError[] {
  if (!path) return [required(`${at}.path`)];
  return path.split('/').includes('..') ? [invalidValue(`${at}.path`, path, "must not contain '..'")] : [];
}

type SourceCheck = (at: string, volume: Volume) => FieldError[];

const sourceChecks: Readonly<Record<string, SourceCheck>> = {
  hostPath: (at, { hostPath }) => {
    const types = [
      '',
      'BlockDevice',
      'CharDevice',
      'Directory',
      'DirectoryOrCreate',
      'File',
      'FileOrCreate',
      'Socket',
    ];
    const type = hostPath?.type ?? '';
    return [
      ...validateHostPath(at, hostPath?.path),
      ...(types.includes(type) ? [] : [notSupported(`${at}.type`, type, types)]),
    ];
  },
  emptyDir: (at, { emptyDir }) =>
    emptyDir?.sizeLimit ? validateQuantity(`${at}.sizeLimit`, emptyDir.sizeLimit) : [],
  secret: (at, { secret }) => [
    ...(secret?.secretName ? [] : [required(`${at}.secretName`)]),
    ...validateMode(`${at}.defaultMode`, secret?.defaultMode),
    ...validateItems(at, secret?.items ?? []),
  ],
  configMap: (at, { configMap }) => [
    ...(configMap?.name ? [] : [required(`${at}.name`)]),
    ...validateMode(`${at}.defaultMode`, configMap?.defaultMode),
    ...validateItems(at, configMap?.items ?? []),
  ],
  persistentVolumeClaim: (at, { persistentVolumeClaim }) =>
    persistentVolumeClaim?.claimName ? [] : [required(`${at}.claimName`)],
  downwardAPI: (at, { downwardAPI }) => [
    ...validateMode(`${at}.defaultMode`, downwardAPI?.defaultMode),
    ...validateDownward(at, downwardAPI?.items ?? []),
  ],
  projected: (at, { projected }) => (projected ? validateProjected(at, projected) : []),
  nfs: (at, { nfs }) => [
    ...(nfs?.server ? [] : [required(`${at}.server`)]),
    ...(nfs?.path ? [] : [required(`${at}.path`)]),
    ...(nfs?.path && !nfs.path.startsWith('/')
      ? [invalidValue(`${at}.path`, nfs.path, 'must be an absolute path')]
      : []),
  ],
  csi: (at, { csi }) => (csi?.driver ? [] : [required(`${at}.driver`)]),
  ephemeral: (at, { ephemeral }) => {
    const spec = ephemeral?.volumeClaimTemplate?.spec;
    return spec
      ? validateClaimSpec(`${at}.volumeClaimTemplate.spec`, spec)
      : [required(`${at}.volumeClaimTemplate`)];
  },
};

function validateVolume(at: string, volume: Volume): FieldError[] {
  const given = Object.entries(volume).filter(
    ([key, value]) => key !== 'name' && value !== undefined && value !== null,
  );
  const [first, ...more] = given.map(([key]) => key);
  if (first === undefined) return [required(at, 'must specify a volume type')];
  return [
    ...(sourceChecks[first]?.(`${at}.${first}`, volume) ?? []),
    ...more.map((key) => forbidden(`${at}.${key}`, 'may not specify more than 1 volume type')),
  ];
}

/** The volumes of a Pod. */
export function validateVolumes(path: string, volumes: readonly Volume[]): FieldError[] {
  const names = new Set<string>();
  return volumes.flatMap((volume, index) => {
    const at = `${path}[${index}]`;
    const errors = validateVolume(at, volume);
    if (!volume.name) errors.push(required(`${at}.name`));
    else errors.push(...checkName(`${at}.name`, volume.name, dns1123Label));
    if (volume.name && names.has(volume.name)) errors.push(duplicate(`${at}.name`, volume.name));
    names.add(volume.name);
    const claim = volume.persistentVolumeClaim?.claimName;
    if (claim) errors.push(...checkName(`${at}.persistentVolumeClaim.claimName`, claim, dns1123Subdomain));
    return errors;
  });
}
