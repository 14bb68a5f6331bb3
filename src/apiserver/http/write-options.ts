import {
  type FieldError,
  forbidden,
  invalidValue,
  notSupported,
  required,
  tooLong,
} from '../../api/field-error.js';
import type { FieldValidation } from '../../api/resource-api.js';
import { invalid, type StatusError } from '../../api/status-error.js';
import type { Registry, Write } from '../registry/registry.js';
import type { Exchange } from './exchange.js';
import { flag } from './query.js';

const modes: readonly FieldValidation[] = ['Ignore', 'Warn', 'Strict'];

/** Which treatment of unknown fields the client asked for; Kubernetes warns when it did not say. */
function fieldValidationOf({ query, request }: Exchange): FieldValidation {
  const asked = query.get('fieldValidation') || 'Warn';
  const mode = modes.find((known) => known === asked);
  if (mode !== undefined) return mode;
  throw optionsRefused(request.method, [
    notSupported('fieldValidation', asked, ['', 'Ignore', 'Strict', 'Warn']),
  ]);
}

/** The longest name of a field manager, in bytes. */
const maxManagerBytes = 128;

/** Under whose name fields are kept: what the client says, or else the first word of its User-Agent. */
function managerOf({ query, request }: Exchange): string {
  const given = query.get('fieldManager');
  if (!given)
    return (request.headers['user-agent'] ?? '').split('/', 1)[0]?.slice(0, maxManagerBytes) || 'unknown';
  const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u.test(given);
  const errors = [
    ...(Buffer.byteLength(given) > maxManagerBytes ? [tooLong('fieldManager', given, maxManagerBytes)] : []),
    ...(printable ? [] : [invalidValue('fieldManager', given, 'should only contain printable characters')]),
  ];
  if (errors.length > 0) throw optionsRefused(request.method, errors);
  return given;
}

const optionsKinds: ReadonlyMap<string, string> = new Map([
  ['POST', 'CreateOptions'],
  ['PUT', 'UpdateOptions'],
  ['DELETE', 'DeleteOptions'],
]);

function optionsRefused(method: string | undefined, errors: readonly FieldError[]): StatusError {
  const kind = optionsKinds.get(method ?? '') ?? 'PatchOptions';
  return invalid({ group: 'meta.k8s.io', kind }, '', errors);
}

/** Refuses what a patch may not ask for: an apply has a named manager, and nothing else can be forced. */
export function checkPatchOptions({ query }: Exchange, { apply }: { readonly apply: boolean }): void {
  const errors = [
    ...(apply && !query.get('fieldManager') ? [required('fieldManager', 'is required for apply patch')] : []),
    ...(!apply && query.has('force') ? [forbidden('force', 'may not be specified for non-apply patch')] : []),
  ];
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', errors);
}

/** How the client wants a write to be done. */
export function writeOf(registry: Registry, exchange: Exchange): Write {
  const { user, query, warnings } = exchange;
  const dryRun = query.getAll('dryRun').filter((value) => value !== '');
  if (dryRun.some((value) => value !== 'All'))
    throw optionsRefused(exchange.request.method, [notSupported('dryRun', dryRun, ['All'])]);
  const fieldValidation = fieldValidationOf(exchange);
  return {
    registry,
    user,
    dryRun: dryRun.length > 0,
    manager: managerOf(exchange),
    force: flag(query, 'force'),
    fieldValidation,
    warn: (message) => warnings.push(message),
  };
}
