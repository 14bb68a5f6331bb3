import { type FieldError, forbidden, invalidValue, required } from '../field-error.js';
import type {
  DownwardAPIVolumeFile,
  KeyToPath,
  ProjectedVolumeSource,
  ServiceAccountTokenProjection,
  VolumeProjection,
} from '../generated/core-v1.js';
import { each } from './common.js';
import { validateFieldPath, validateResourceField } from './env.js';
import { validateLocalPath } from './local-path.js';

const shortestToken = 600;
const longestToken = 2 ** 32;
const fileFields = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];

function validateFileName(path: string, value: string | undefined): FieldError[] {
  if (!value) return [required(path)];
  const errors = validateLocalPath(path, value);
  if (value.startsWith('..') && !value.startsWith('../') && value !== '..')
    errors.push(invalidValue(path, value, "must not start with '..'"));
  return errors;
}

/** The permissions of a file. */
export function validateMode(path: string, mode: number | undefined): FieldError[] {
  if (mode === undefined || mode === null || (mode >= 0 && mode <= 0o777)) return [];
  return [invalidValue(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive')];
}

/** Keys of a ConfigMap or Secret, and the files that they become. */
export function validateItems(path: string, items: readonly KeyToPath[] | undefined): FieldError[] {
  return each(path, items, (at, item) => [
    ...(item.key ? [] : [required(`${at}.key`)]),
    ...validateFileName(`${at}.path`, item.path),
    ...validateMode(`${at}.mode`, item.mode),
  ]);
}

function validateFile(at: string, item: DownwardAPIVolumeFile): FieldError[] {
  const { fieldRef, resourceFieldRef } = item;
  const errors = validateFileName(`${at}.path`, item.path);
  if (fieldRef) {
    errors.push(...validateFieldPath(`${at}.fieldRef`, fieldRef, fileFields));
    if (resourceFieldRef)
      errors.push(
        invalidValue(at, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'),
      );
  } else if (resourceFieldRef?.containerName === '' || resourceFieldRef?.containerName === null) {
    errors.push(required(`${at}.resourceFieldRef.containerName`));
  } else if (resourceFieldRef) {
    if (resourceFieldRef.containerName === undefined)
      errors.push(required(`${at}.resourceFieldRef.containerName`));
    else errors.push(...validateResourceField(`${at}.resourceFieldRef`, resourceFieldRef));
  } else errors.push(required(at, 'one of fieldRef and resourceFieldRef is required'));
  return [...errors, ...validateMode(`${at}.mode`, item.mode)];
}

/** What a Pod tells of itself in files. */
export function validateDownward(
  path: string,
  items: readonly DownwardAPIVolumeFile[] | undefined,
): FieldError[] {
  return each(path, items, validateFile);
}

function validateToken(path: string, at: string, token: ServiceAccountTokenProjection): FieldError[] {
  const seconds = token.expirationSeconds;
  const errors: FieldError[] = [];
  if (seconds !== undefined && seconds < shortestToken) {
    const message = 'may not specify a duration less than 10 minutes';
    errors.push(invalidValue(`${at}.expirationSeconds`, seconds, message));
  }
  if (seconds !== undefined && seconds > longestToken) {
    const message = 'may not specify a duration larger than 2^32 seconds';
    errors.push(invalidValue(`${at}.expirationSeconds`, seconds, message));
  }
  return [...errors, ...validateFileName(`${path}.path`, token.path)];
}

/** Every file of a source, and the name under which an error tells of it. */
function filesOf(source: VolumeProjection): readonly (readonly [file: string, shown: string])[] {
  const { secret, configMap, downwardAPI } = source;
  const keys = [secret, configMap].flatMap((from) =>
    (from?.items ?? []).map(({ path }): [string, string] => [path, from?.name ?? '']),
  );
  return [...keys, ...(downwardAPI?.items ?? []).map(({ path }): [string, string] => [path, path])];
}

function validateSource(path: string, at: string, source: VolumeProjection): FieldError[] {
  const { secret, configMap, downwardAPI, serviceAccountToken: token } = source;
  const given = Object.values(source).filter((value) => value !== undefined && value !== null);
  return [
    ...(secret && !secret.name ? [required(`${at}.secret.name`)] : []),
    ...validateItems(`${at}.secret.items`, secret?.items),
    ...(configMap && !configMap.name ? [required(`${at}.configMap.name`)] : []),
    ...validateItems(`${at}.configMap.items`, configMap?.items),
    ...validateDownward(`${at}.downwardAPI.items`, downwardAPI?.items),
    ...(token ? validateToken(path, `${at}.serviceAccountToken`, token) : []),
    ...(given.length > 1 ? [forbidden(at, 'may not specify more than 1 volume type')] : []),
  ];
}

/** A volume of files from several sources, no two of which have one name. */
export function validateProjected(path: string, projected: ProjectedVolumeSource): FieldError[] {
  const files = new Set<string>();
  const sources = each(`${path}.sources`, projected.sources, (at, source) => [
    ...validateSource(path, at, source),
    ...filesOf(source).flatMap(([file, shown]) => {
      const again = file !== '' && files.has(file);
      files.add(file);
      return again ? [invalidValue(path, shown, 'conflicting duplicate paths')] : [];
    }),
  ]);
  return [...validateMode(`${path}.defaultMode`, projected.defaultMode), ...sources];
}
