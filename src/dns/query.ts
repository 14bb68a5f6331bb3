import { type Query, RCODE, TYPE } from './records.js';

/** The query could not be read; `id` is what could be saved of it, undefined when not even that. */
export class MalformedQueryError extends Error {
  override readonly name = 'MalformedQueryError';
  readonly id: number | undefined;
  readonly rcode: number;
  constructor(why: string, id: number | undefined, rcode: number = RCODE.FORMERR) {
    super(`malformed DNS query: ${why}`);
    this.id = id;
    this.rcode = rcode;
  }
}

/** Length of a DNS message's header. */
export const HEADER_BYTES = 12;
const PLAIN_UDP_BYTES = 512;
/** RFC 6891 6.2.5: what is sent at most in one datagram, so that no answer is fragmented. */
export const MAX_UDP_BYTES = 1232;

/** Reads one query message (RFC 1035 section 4). Throws MalformedQueryError. */
export function decodeQuery(message: Buffer): Query {
  if (message.length < HEADER_BYTES) throw new MalformedQueryError('shorter than a header', undefined);
  const id = message.readUInt16BE(0);
  const flags = message.readUInt16BE(2);
  if ((flags & 0x8000) !== 0) throw new MalformedQueryError('it is a response', undefined);
  if ((flags & 0x7800) !== 0)
    throw new MalformedQueryError('only standard queries are served', id, RCODE.NOTIMP);
  if (message.readUInt16BE(4) !== 1) throw new MalformedQueryError('it must ask exactly one question', id);
  const { name, end } = readName(message, HEADER_BYTES, id);
  if (end + 4 > message.length) throw new MalformedQueryError('the question is cut off', id);
  const udpSize = ednsSize(message, end + 4);
  return {
    id,
    recursionDesired: (flags & 0x0100) !== 0,
    name,
    type: message.readUInt16BE(end),
    edns: udpSize !== undefined,
    udpSize: Math.min(Math.max(udpSize ?? PLAIN_UDP_BYTES, PLAIN_UDP_BYTES), MAX_UDP_BYTES),
  };
}

// A query's name is never compressed, so a pointer here is an error.
function readName(message: Buffer, start: number, id: number): { name: string; end: number } {
  let at = start;
  let name = '';
  for (;;) {
    const length = message[at];
    if (length === undefined) throw new MalformedQueryError('the name is cut off', id);
    if (length === 0) return { name, end: at + 1 };
    if (length > 63 || at + 1 + length > message.length) throw new MalformedQueryError('bad label', id);
    const label = message.toString('latin1', at + 1, at + 1 + length);
    name = name === '' ? label : `${name}.${label}`;
    if (name.length > 253) throw new MalformedQueryError('the name is longer than 253 characters', id);
    at += 1 + length;
  }
}

// The OPT record is looked for only where every resolver puts it: alone in the additional section.
function ednsSize(message: Buffer, at: number): number | undefined {
  const additional = message.readUInt16BE(10);
  if (additional === 0 || at + 11 > message.length) return undefined;
  if (message[at] !== 0 || message.readUInt16BE(at + 1) !== TYPE.OPT) return undefined;
  return message.readUInt16BE(at + 3);
}
