import type { Status } from '../api/generated/meta-v1.js';
import { failure, StatusError } from '../api/status-error.js';
import { errnoOf, messageOf } from '../lib/errors.js';
import type { Connection } from './connection.js';

/** What the codes of the system and of TLS mean to a person. */
const EXPLANATIONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there; is the cluster up?',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the name could not be looked up',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  EACCES: 'not allowed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate is not signed by the expected authority; is the kubeconfig of this cluster?',
  SELF_SIGNED_CERT_IN_CHAIN:
    'its certificate is not signed by the expected authority; is the kubeconfig of this cluster?',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'its certificate is not signed by the expected authority; is the kubeconfig of this cluster?',
  CERT_SIGNATURE_FAILURE:
    'its certificate is not signed by the expected authority; is the kubeconfig of this cluster?',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

/** Says that the API server could not be reached, and why, as a Status that asks to try again. */
export function unreachable(connection: Connection, cause: unknown): StatusError {
  const explanation = EXPLANATIONS[errnoOf(cause) ?? ''];
  const why = explanation === undefined ? messageOf(cause) : `${explanation} (${messageOf(cause)})`;
  const message = `could not reach the API server at ${connection.server.origin}: ${why}`;
  return failure({ code: 503, reason: 'ServiceUnavailable', message, cause });
}

/** The Status of an answer that is not 2xx; one is made when the body holds none (a proxy, an aggregated server). */
export function errorOfResponse(
  code: number,
  body: string,
  request: { readonly method: string; readonly path: string },
): StatusError {
  const status = parseStatus(body);
  if (status !== undefined) return new StatusError(status);
  const said = body.trim().slice(0, 500);
  const message = `${request.method} ${request.path} was answered with HTTP ${code}${said === '' ? '' : `: ${said}`}`;
  return failure({ code, reason: REASONS[code] ?? 'Unknown', message });
}

/** A Status, when the text is one. */
export function parseStatus(text: string): Status | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isStatus(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a parsed value is a Status. */
export function isStatus(value: unknown): value is Status {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'Status';
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  409: 'Conflict',
  410: 'Expired',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};
