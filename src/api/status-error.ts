import { type FieldError, fieldErrorText } from './field-error.js';
import type { StatusCause, StatusDetails } from './generated/meta-v1.js';
import { failure, type StatusError } from './status-failure.js';

export {
  failure,
  isAlreadyExists,
  isConflict,
  isExpired,
  isForbidden,
  isInvalid,
  isNotFound,
  StatusError,
} from './status-failure.js';

/** The part of a kind that messages need. */
export interface NamedKind {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
}

/** `pods` or `statefulsets.apps`: how Kubernetes names a resource in a sentence. */
export function resourceName(kind: Pick<NamedKind, 'group' | 'plural'>): string {
  return kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`;
}

/** 404: there is no such object. */
export function notFound(kind: NamedKind, name: string): StatusError {
  return failure({
    code: 404,
    reason: 'NotFound',
    message: `${resourceName(kind)} "${name}" not found`,
    details: resourceDetails(kind, name),
  });
}

/** 404 for a path that no resource answers to. */
export function pathNotFound(): StatusError {
  return failure({
    code: 404,
    reason: 'NotFound',
    message: 'the server could not find the requested resource',
    details: {},
  });
}

/** 409: an object of that name is there already. */
export function alreadyExists(kind: NamedKind, name: string): StatusError {
  return failure({
    code: 409,
    reason: 'AlreadyExists',
    message: `${resourceName(kind)} "${name}" already exists`,
    details: resourceDetails(kind, name),
  });
}

/** What Kubernetes says when a write was made against an older version of the object. */
export const objectModified =
  'the object has been modified; please apply your changes to the latest version and try again';

/** 409: the write does not fit the object as it stands now. */
export function conflict(kind: NamedKind, name: string, why: string = objectModified): StatusError {
  return failure({
    code: 409,
    reason: 'Conflict',
    message: `Operation cannot be fulfilled on ${resourceName(kind)} "${name}": ${why}`,
    details: resourceDetails(kind, name),
  });
}

/** 422: fields of the object are wrong. */
export function invalid(
  kind: Pick<NamedKind, 'group' | 'kind'>,
  name: string,
  errors: readonly FieldError[],
): StatusError {
  const shownKind = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  const texts = [...new Set(errors.map(fieldErrorText))];
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  return failure({
    code: 422,
    reason: 'Invalid',
    message: `${shownKind} "${name}" is invalid: ${list}`,
    details: {
      ...(name === '' ? {} : { name }),
      ...(kind.group === '' ? {} : { group: kind.group }),
      kind: kind.kind,
      causes: errors.map(({ field, reason, message }) => ({ reason, message, field })),
    },
  });
}

/** 400: the request itself cannot be understood. */
export function badRequest(message: string, cause?: unknown): StatusError {
  return failure({ code: 400, reason: 'BadRequest', message, cause });
}

/** 401: nobody could be made out from the request. */
export function unauthorized(message = 'Unauthorized'): StatusError {
  return failure({ code: 401, reason: 'Unauthorized', message });
}

/** 403: known who asks, and it may not be; `name` may be empty. */
export function forbidden(kind: NamedKind, name: string, why: string): StatusError {
  const subject = name === '' ? resourceName(kind) : `${resourceName(kind)} "${name}"`;
  return failure({
    code: 403,
    reason: 'Forbidden',
    message: `${subject} is forbidden: ${why}`,
    details: resourceDetails(kind, name),
  });
}

/** 410: the revision that was asked for is compacted away. */
export function expired(message: string): StatusError {
  return failure({ code: 410, reason: 'Expired', message });
}

/** 405: the resource is there, the verb is not. */
export function methodNotSupported(kind: Pick<NamedKind, 'group' | 'plural'>, action: string): StatusError {
  return failure({
    code: 405,
    reason: 'MethodNotAllowed',
    message: `${action} is not supported on resources of kind "${resourceName(kind)}"`,
    details: { ...(kind.group === '' ? {} : { group: kind.group }), kind: kind.plural },
  });
}

/** 405: the path is there, the method is not. */
export function methodNotAllowed(): StatusError {
  return failure({
    code: 405,
    reason: 'MethodNotAllowed',
    message: 'the server does not allow this method on the requested resource',
    details: {},
  });
}

/** 406: no representation that the client accepts. */
export function notAcceptable(accepted: readonly string[]): StatusError {
  return failure({
    code: 406,
    reason: 'NotAcceptable',
    message: `only the following media types are accepted: ${accepted.join(', ')}`,
  });
}

/** 415: a body in a format that cannot be read. */
export function unsupportedMediaType(accepted: readonly string[]): StatusError {
  return failure({
    code: 415,
    reason: 'UnsupportedMediaType',
    message: `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  });
}

/** 415: a body that is packed in a way that cannot be unpacked. */
export function unsupportedEncoding(encoding: string): StatusError {
  return failure({
    code: 415,
    reason: 'UnsupportedMediaType',
    message: `the body of the request has the content encoding ${JSON.stringify(encoding)}, and only gzip is taken`,
  });
}

/** 413: the body has too many bytes. */
export function tooLarge(message: string): StatusError {
  return failure({
    code: 413,
    reason: 'RequestEntityTooLarge',
    message: `Request entity is too large: ${message}`,
  });
}

/** 429: try again after some seconds (also: an eviction that a budget holds back). */
export function tooManyRequests(
  message: string,
  retryAfterSeconds: number,
  causes?: readonly StatusCause[],
): StatusError {
  const details: StatusDetails = {
    ...(causes === undefined ? {} : { causes }),
    ...(retryAfterSeconds > 0 ? { retryAfterSeconds } : {}),
  };
  return failure({ code: 429, reason: 'TooManyRequests', message, details });
}

/** 500: ours to repair. */
export function internal(message: string, cause?: unknown): StatusError {
  return failure({
    code: 500,
    reason: 'InternalError',
    message: `Internal error occurred: ${message}`,
    details: { causes: [{ message }] },
    cause,
  });
}

/** 501: known, and not offered here. */
export function notImplemented(message: string): StatusError {
  return failure({ code: 501, reason: 'NotImplemented', message });
}

/** 503: cannot serve now; later it may. */
export function unavailable(message: string, cause?: unknown): StatusError {
  return failure({ code: 503, reason: 'ServiceUnavailable', message, cause });
}

function resourceDetails(kind: NamedKind, name: string): StatusDetails {
  return {
    ...(name === '' ? {} : { name }),
    ...(kind.group === '' ? {} : { group: kind.group }),
    kind: kind.plural,
  };
}
