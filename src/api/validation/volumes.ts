import { duplicate, type FieldError, forbidden, required } from '../field-error.js';
import type { PersistentVolumeClaimTemplate, Volume } from '../generated/core-v1.js';
import { dns1123Label, dns1123Subdomain } from '../names.js';
import { compareQuantities, isQuantity } from '../quantity.js';
import { each, optionalName, requiredName, validateLabels } from './common.js';
import { validateAnnotations } from './object-meta.js';
import { validateClaimSpec } from './persistent-volume-claim.js';
import { validateDownward, validateItems, validateMode, validateProjected } from './volume-files.js';
import { validateDriverName, validateHostPath, validateMandatory, validateNfs } from './volume-sources.js';

function validateSizeLimit(path: string, limit: string | undefined): FieldError[] {
  if (limit === undefined || (isQuantity(limit) && compareQuantities(limit, '0') >= 0)) return [];
  return [forbidden(path, 'SizeLimit field must be a valid resource quantity')];
}

function validateTemplate(path: string, template: PersistentVolumeClaimTemplate): FieldError[] {
  const { annotations, labels, ...others } = template.metadata ?? {};
  const given = Object.entries(others).filter(([, value]) => value !== undefined && value !== null);
  return [
    ...validateAnnotations(`${path}.metadata.annotations`, annotations),
    ...validateLabels(`${path}.metadata.labels`, labels),
    ...given.map(([field]) => forbidden(`${path}.metadata.${field}`, 'cannot be set')),
    ...validateClaimSpec(`${path}.spec`, template.spec ?? {}),
  ];
}

type SourceCheck = (at: string, volume: Volume) => FieldError[];

const sourceChecks: Readonly<Record<string, SourceCheck>> = {
  hostPath: (at, { hostPath }) => (hostPath ? validateHostPath(at, hostPath) : []),
  emptyDir: (at, { emptyDir }) => validateSizeLimit(`${at}.sizeLimit`, emptyDir?.sizeLimit),
  secret: (at, { secret }) => [
    ...(secret?.secretName ? [] : [required(`${at}.secretName`)]),
    ...validateMode(`${at}.defaultMode`, secret?.defaultMode),
    ...validateItems(`${at}.items`, secret?.items),
  ],
  configMap: (at, { configMap }) => [
    ...(configMap?.name ? [] : [required(`${at}.name`)]),
    ...validateMode(`${at}.defaultMode`, configMap?.defaultMode),
    ...validateItems(`${at}.items`, configMap?.items),
  ],
  persistentVolumeClaim: (at, { persistentVolumeClaim }) =>
    persistentVolumeClaim?.claimName ? [] : [required(`${at}.claimName`)],
  downwardAPI: (at, { downwardAPI }) => [
    ...validateMode(`${at}.defaultMode`, downwardAPI?.defaultMode),
    ...validateDownward(`${at}.items`, downwardAPI?.items),
  ],
  projected: (at, { projected }) => (projected ? validateProjected(at, projected) : []),
  nfs: (at, { nfs }) => (nfs ? validateNfs(at, nfs) : []),
  csi: (at, { csi }) => [
    ...validateDriverName(`${at}.driver`, csi?.driver),
    ...(csi?.nodePublishSecretRef
      ? requiredName(`${at}.nodePublishSecretRef.name`, csi.nodePublishSecretRef.name, dns1123Subdomain)
      : []),
  ],
  ephemeral: (at, { ephemeral }) =>
    ephemeral?.volumeClaimTemplate
      ? validateTemplate(`${at}.volumeClaimTemplate`, ephemeral.volumeClaimTemplate)
      : [required(`${at}.volumeClaimTemplate`)],
};

function validateVolume(at: string, volume: Volume): FieldError[] {
  const given = Object.entries(volume).filter(
    ([key, value]) => key !== 'name' && value !== undefined && value !== null,
  );
  const [first, ...more] = given;
  if (first === undefined) return [required(at, 'must specify a volume type')];
  const [name, source] = first;
  return [
    ...(sourceChecks[name]?.(`${at}.${name}`, volume) ?? []),
    ...validateMandatory(`${at}.${name}`, name, source),
    ...more.map(([key]) => forbidden(`${at}.${key}`, 'may not specify more than 1 volume type')),
  ];
}

/** The volumes of a Pod. */
export function validateVolumes(path: string, volumes: readonly Volume[]): FieldError[] {
  const names = new Set<string>();
  return each(path, volumes, (at, volume) => {
    const again = names.has(volume.name);
    names.add(volume.name);
    return [
      ...validateVolume(at, volume),
      ...(volume.name ? optionalName(`${at}.name`, volume.name, dns1123Label) : [required(`${at}.name`)]),
      ...(volume.name && again ? [duplicate(`${at}.name`, volume.name)] : []),
    ];
  });
}
