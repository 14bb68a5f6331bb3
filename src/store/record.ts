import type { LoggedChange } from './history.js';
import type { JournalRecord } from './journal.js';

/** type (1 byte), create revision (6 bytes), length of the key (2 bytes); then key and value. */
const HEADER_BYTES = 9;
const TYPE_PUT = 1;
const TYPE_DELETE = 2;

/** A change as bytes. Its revision is not among them: it is the key that the bytes are filed under. */
export function encodeRecord(change: LoggedChange): Buffer {
  const version = change.type === 'put' ? change.entry : remade(change);
  const value = version?.value ?? new Uint8Array();
  const keyBytes = Buffer.byteLength(change.key);
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + keyBytes + value.length);
  bytes.writeUInt8(change.type === 'put' ? TYPE_PUT : TYPE_DELETE, 0);
  bytes.writeUIntBE((version ?? change.before)?.createRevision ?? change.revision, 1, 6);
  bytes.writeUInt16BE(keyBytes, 7);
  bytes.write(change.key, HEADER_BYTES);
  bytes.set(value, HEADER_BYTES + keyBytes);
  return bytes;
}

/** The last state of a deleted key, where it was made anew; the version before it is filed under its own revision. */
function remade(change: LoggedChange): LoggedChange['previous'] {
  return change.previous === change.before ? undefined : change.previous;
}

/** Reads a change back. */
export function decodeRecord(revision: number, bytes: Buffer): JournalRecord {
  const type = bytes.readUInt8(0);
  if (type !== TYPE_PUT && type !== TYPE_DELETE) {
    throw new Error(
      `the store's record of revision ${revision} is not readable: it has the unknown type ${type}`,
    );
  }
  const valueStart = HEADER_BYTES + bytes.readUInt16BE(7);
  return {
    type: type === TYPE_PUT ? 'put' : 'delete',
    key: bytes.toString('utf8', HEADER_BYTES, valueStart),
    revision,
    createRevision: bytes.readUIntBE(1, 6),
    value: bytes.subarray(valueStart),
  };
}
