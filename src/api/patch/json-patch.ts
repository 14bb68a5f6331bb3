import jsonpatch from 'fast-json-patch';
import { isList, isObject, type JsonObject } from '../deep.js';
import { PatchError } from './patch-error.js';

type Operation = Parameters<typeof jsonpatch.applyPatch>[1][number];

const maxOperations = 10_000;
/** What all copies of a patch may add, in bytes: a few of them can double a document over and over. */
const maxCopiedBytes = 3 * 1024 * 1024;
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
    throw new PatchError(413, limit);
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

const copyTooLarge = (bytes: number): string =>
  `Unable to complete the copy, the accumulated size increase of copy is ${bytes}, exceeding the limit ${maxCopiedBytes}`;

/** How many bytes a copy adds to the document. */
function copiedBytes(document: unknown, operation: Operation): number {
  if (operation.op !== 'copy') return 0;
  const found: unknown = jsonpatch.getValueByPointer(document, operation.from);
  return found === undefined ? 0 : JSON.stringify(found).length;
}

/** Applies an RFC 6902 patch to a copy of the object; throws `PatchError`. */
export function applyJsonPatch(original: JsonObject, patch: unknown): JsonObject {
  let document: unknown = structuredClone(original);
  let copied = 0;
  for (const operation of decode(patch)) {
    try {
      copied += copiedBytes(document, operation);
      if (copied > maxCopiedBytes) throw new Error(copyTooLarge(copied));
      document = jsonpatch.applyPatch(document, [structuredClone(operation)], true).newDocument;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new PatchError(422, explain(error, operation), { cause: error });
    }
  }
  if (!isObject(document)) throw new PatchError(422, 'the patched document is not an object');
  return document;
}
