import jsonpatch from 'fast-json-patch';
import { isList, isObject, type JsonObject } from '../deep.js';
import { PatchError } from './patch-error.js';

type Operation = Parameters<typeof jsonpatch.applyPatch>[1][number];

const maxOperations = 10_000;
const operations = ['add', 'remove', 'replace', 'move', 'copy', 'test'];

function isOperation(value: unknown): value is Operation {
  if (!isObject(value) || typeof value['path'] !== 'string') return false;
  const op = value['op'];
  if (typeof op !== 'string' || !operations.includes(op)) return false;
  if (op === 'move' || op === 'copy') return typeof value['from'] === 'string';
  return op === 'remove' || value['value'] !== undefined;
}

function decode(patch: unknown): Operation[] {
  if (!isList(patch)) throw new PatchError(400, 'error decoding patch: a JSON patch is a list of operations');
  if (patch.length > maxOperations) {
    const limit = `The allowed maximum operations in a JSON patch is ${maxOperations}, got ${patch.length}`;
    throw new PatchError(400, limit);
  }
  return patch.map((operation) => {
    if (isOperation(operation)) return operation;
    throw new PatchError(400, `error decoding patch: Unexpected kind: ${JSON.stringify(operation)}`);
  });
}

function explain(error: Error, operation: Operation): string {
  const { op, path } = operation;
  if (error.name === 'TEST_OPERATION_FAILED') return `testing value ${path} failed: test failed`;
  if (error.name === 'OPERATION_PATH_UNRESOLVABLE') {
    const verb = op === 'test' ? 'testing path' : `${op} operation does not apply: doc is missing path`;
    return `${verb}: "${path}": missing value`;
  }
  return `${op} operation does not apply: ${error.message.split('\n')[0] ?? ''}: "${path}"`;
}

/** Applies an RFC 6902 patch to a copy of the object; throws `PatchError`. */
export function applyJsonPatch(original: JsonObject, patch: unknown): JsonObject {
  let document: unknown = structuredClone(original);
  for (const operation of decode(patch)) {
    try {
      document = jsonpatch.applyPatch(document, [structuredClone(operation)], true).newDocument;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new PatchError(422, explain(error, operation), { cause: error });
    }
  }
  if (!isObject(document)) throw new PatchError(422, 'the patched document is not an object');
  return document;
}
