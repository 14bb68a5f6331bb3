import { isObject, type JsonObject, without } from '../../api/deep.js';
import { type BodyKind, strictErrorsOf } from '../../api/field-validation.js';
import { apiVersionOf, type KubeObject } from '../../api/kube-object.js';
import {
  applyConfiguration,
  conflictOf,
  type LiveObject,
  noOwners,
  readOwners,
  ShapeError,
} from '../../api/managed-fields/index.js';
import { badRequest } from '../../api/status-error.js';
import { hasStatus } from '../../api/strategy.js';
import { checkFields } from '../../api/walker.js';
import { type OwnedWrite, schemaOf, writerOf } from './ownership.js';
import { timestamp, type Write } from './registry.js';
import type { Wanted } from './update.js';

/** The configuration in the body of an apply, as its kind has it. */
export function configuration(write: Write, kind: BodyKind, body: unknown): JsonObject {
  if (!isObject(body)) throw badRequest('error decoding YAML: the body of an apply has to be an object');
  const { kind: said, apiVersion } = body;
  if (said === undefined || said === '')
    throw badRequest("Object 'Kind' is missing in the body of the apply");
  const expected = apiVersionOf(kind);
  if (apiVersion !== expected || said !== kind.kind) {
    throw badRequest(
      `Incorrect version specified in apply patch. Specified patch version: ${String(apiVersion)}, Kind=${String(said)}, expected: ${expected}, Kind=${kind.kind}`,
    );
  }
  const check = checkFields(kind.definition, body);
  const strict = strictErrorsOf(check, []);
  if (write.fieldValidation === 'Strict' && strict.length > 0) {
    throw badRequest(`strict decoding error: ${strict.join(', ')}`);
  }
  // As for Kubernetes, a field that cannot be owned fails the apply whatever fieldValidation says.
  const [wrong] = [...check.errors, ...check.unknown.map((path) => `.${path}: field not declared in schema`)];
  if (wrong !== undefined) throw untyped(kind, body, wrong);
  const config = check.object;
  if (!isObject(config)) throw badRequest('error decoding YAML: the body of an apply has to be an object');
  if (isObject(config['metadata']) && config['metadata']['managedFields'] !== undefined) {
    throw badRequest('metadata.managedFields must be nil');
  }
  return config;
}

function untyped(kind: BodyKind, config: JsonObject, why: string): Error {
  const metadata = isObject(config['metadata']) ? config['metadata'] : {};
  const where = [metadata['namespace'] ?? '', metadata['name'] ?? ''].join('/');
  return badRequest(
    `failed to create typed patch object (${where}; ${apiVersionOf(kind)}, Kind=${kind.kind}): ${why}`,
  );
}

/** What of a configuration is written by this way: the status through its subresource, and all else by the object itself. */
function reach({ kind, subresource }: OwnedWrite, config: JsonObject): JsonObject {
  const { apiVersion, kind: said, metadata, status } = config;
  if (subresource !== 'status') return hasStatus(kind) ? without(config, 'status') : config;
  const { name, namespace, uid, resourceVersion } = isObject(metadata) ? metadata : {};
  const target = { name, namespace, uid, resourceVersion };
  return { apiVersion, kind: said, metadata: target, ...(status !== undefined && { status }) };
}

/** What server-side apply makes of an object, or of nothing when `current` is undefined; 409 when others own what it changes. */
export function applied(how: OwnedWrite, config: JsonObject, current: KubeObject | undefined): Wanted {
  const { write, kind } = how;
  const application = {
    writer: writerOf(how, 'Apply'),
    time: timestamp(write.registry.clock.now()),
    schema: schemaOf(kind),
    config: reach(how, config),
    force: write.force === true,
  };
  try {
    const result = applyConfiguration(application, liveObject(current));
    if (result.clashes !== undefined) throw conflictOf(result.clashes);
    return { object: { ...result.object }, owners: result.owners };
  } catch (error) {
    if (error instanceof ShapeError) throw untyped(kind, config, error.message);
    throw error;
  }
}

function liveObject(current: KubeObject | undefined): LiveObject {
  if (current === undefined) return { object: {}, owners: noOwners, exists: false };
  const owners = readOwners(current.metadata?.managedFields) ?? noOwners;
  const metadata = without(current.metadata ?? {}, 'managedFields');
  return { object: { ...current, metadata }, owners, exists: true };
}
