import type { KindRow } from '../../api/kinds.js';
import { verbRulesOf } from '../../api/verb-rules.js';
import type { Entry } from '../../store/store.js';
import { decode } from '../registry/codec.js';
import { deleteObject, deleteSelected } from '../registry/operations.js';
import type { Write } from '../registry/registry.js';
import { type AskedDeletion, deleteOptions } from './delete-options.js';
import { send } from './exchange.js';
import { type Handler, type Handling, sendEntry, targetOf, viewOf } from './handling.js';
import { listOptions } from './list-options.js';
import { listBytes, reply, replyValue } from './render.js';
import { writeOf } from './write-options.js';

/** What Kubernetes answers when an object went at once. */
function gone(kind: KindRow, entry: Entry): object {
  const { name, uid } = decode(entry).metadata ?? {};
  const details = { name, ...(kind.group !== '' && { group: kind.group }), kind: kind.plural, uid };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}

function writeFor({ server, exchange }: Handling, { dryRun }: AskedDeletion): Write {
  const write = writeOf(server.registry, exchange);
  return dryRun === true ? { ...write, dryRun } : write;
}

/** 202 for one who asked that dependents go too and does not see the end of it. */
function codeOf({ propagationPolicy, orphanDependents }: AskedDeletion, isGone: boolean): number {
  if (isGone) return 200;
  return orphanDependents === false || propagationPolicy === 'Foreground' ? 202 : 200;
}

/** DELETE of one object. */
export const remove: Handler = async (handling) => {
  const { resource, exchange } = handling;
  const { kind } = resource;
  const view = viewOf(handling);
  const options = await deleteOptions(exchange);
  const { entry, gone: isGone } = await deleteObject(
    writeFor(handling, options),
    targetOf(handling),
    options,
  );
  if (!isGone || verbRulesOf(kind).deleteAnswersObject === true)
    return sendEntry(handling, codeOf(options, isGone), entry);
  await send(exchange, await replyValue(200, gone(kind, entry), view.wanted.format));
};

/** DELETE of a collection. */
export const removeAll: Handler = async (handling) => {
  const { resource, path, exchange } = handling;
  const view = viewOf(handling);
  const list = listOptions(exchange.query);
  const options = await deleteOptions(exchange);
  const target = { resource, namespace: path.namespace, list };
  const deleted = await deleteSelected(writeFor(handling, options), target, options);
  await send(exchange, await reply(200, listBytes(resource, deleted, view), view.wanted.format));
};
