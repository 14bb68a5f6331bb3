import { HEADER_BYTES, MAX_UDP_BYTES } from './query.js';
import { type Answer, type Query, type RecordData, type ResourceRecord, TYPE } from './records.js';

/**
 * Writes the response to `query`, at most `limit` bytes: beyond it the answer is emptied and TC set,
 * so that the asker comes back over TCP (RFC 2181 section 9).
 */
export function encodeResponse(query: Query, answer: Answer, limit: number): Buffer {
  const full = new Writer(query, answer, false).write();
  if (full.length <= limit) return full;
  const withoutExtra = new Writer(query, { ...answer, additional: [] }, false).write();
  if (withoutExtra.length <= limit) return withoutExtra;
  return new Writer(query, { ...answer, answers: [], authority: [], additional: [] }, true).write();
}

/** Writes a bare error response for a query that could not be parsed. */
export function encodeError(id: number, rcode: number): Buffer {
  const message = Buffer.alloc(HEADER_BYTES);
  message.writeUInt16BE(id, 0);
  message.writeUInt16BE(0x8000 | rcode, 2);
  return message;
}

class Writer {
  readonly #query: Query;
  readonly #answer: Answer;
  readonly #truncated: boolean;
  #buffer = Buffer.allocUnsafe(1024);
  #at = 0;
  readonly #names = new Map<string, number>();

  constructor(query: Query, answer: Answer, truncated: boolean) {
    this.#query = query;
    this.#answer = answer;
    this.#truncated = truncated;
  }

  write(): Buffer {
    const { answers, authority, additional } = this.#answer;
    this.#u16(this.#query.id);
    this.#u16(this.#flags());
    this.#u16(1);
    this.#u16(answers.length);
    this.#u16(authority.length);
    this.#u16(additional.length + (this.#query.edns ? 1 : 0));
    this.#name(this.#query.name);
    this.#u16(this.#query.type);
    this.#u16(1);
    for (const record of answers) this.#record(record);
    for (const record of authority) this.#record(record);
    for (const record of additional) this.#record(record);
    if (this.#query.edns) this.#opt();
    return this.#buffer.subarray(0, this.#at);
  }

  #flags(): number {
    const authoritative = this.#answer.authoritative ? 0x0400 : 0;
    const truncated = this.#truncated ? 0x0200 : 0;
    const desired = this.#query.recursionDesired ? 0x0100 : 0;
    return 0x8000 | authoritative | truncated | desired | this.#answer.rcode;
  }

  #record(record: ResourceRecord): void {
    this.#name(record.name);
    this.#u16(record.data.type);
    this.#u16(1);
    this.#u32(record.ttl);
    const lengthAt = this.#at;
    this.#u16(0);
    this.#data(record.data);
    this.#buffer.writeUInt16BE(this.#at - lengthAt - 2, lengthAt);
  }

  #data(data: RecordData): void {
    switch (data.type) {
      case TYPE.A:
        this.#bytes(ipv4Bytes(data.address));
        break;
      case TYPE.AAAA:
        this.#bytes(ipv6Bytes(data.address));
        break;
      case TYPE.CNAME:
      case TYPE.NS:
      case TYPE.PTR:
        this.#name(data.target);
        break;
      case TYPE.TXT:
        this.#bytes([Math.min(data.text.length, 255)]);
        this.#bytes(Buffer.from(data.text.slice(0, 255), 'latin1'));
        break;
      case TYPE.SRV:
        this.#u16(data.priority);
        this.#u16(data.weight);
        this.#u16(data.port);
        // RFC 2782: the target is not compressed.
        this.#name(data.target, false);
        break;
      case TYPE.SOA:
        this.#soa(data);
        break;
    }
  }

  #soa(data: Extract<RecordData, { type: typeof TYPE.SOA }>): void {
    this.#name(data.primary);
    this.#name(`hostmaster.${data.primary}`);
    for (const value of [data.serial, 7200, 1800, 86400, data.minimumSeconds]) this.#u32(value);
  }

  #opt(): void {
    this.#bytes([0]);
    this.#u16(TYPE.OPT);
    this.#u16(MAX_UDP_BYTES);
    this.#u32(0);
    this.#u16(0);
  }

  #name(name: string, compress = true): void {
    let rest = name;
    while (rest !== '') {
      const known = compress ? this.#names.get(rest) : undefined;
      if (known !== undefined) {
        this.#u16(0xc000 | known);
        return;
      }
      if (this.#at < 0x3fff) this.#names.set(rest, this.#at);
      const dot = rest.indexOf('.');
      const label = dot < 0 ? rest : rest.slice(0, dot);
      this.#room(label.length + 1);
      this.#buffer[this.#at] = label.length;
      this.#buffer.write(label, this.#at + 1, 'latin1');
      this.#at += label.length + 1;
      rest = dot < 0 ? '' : rest.slice(dot + 1);
    }
    this.#bytes([0]);
  }

  #bytes(bytes: ArrayLike<number>): void {
    this.#room(bytes.length);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #u16(value: number): void {
    this.#room(2);
    this.#at = this.#buffer.writeUInt16BE(value, this.#at);
  }

  #u32(value: number): void {
    this.#room(4);
    this.#at = this.#buffer.writeUInt32BE(value >>> 0, this.#at);
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#at + bytes));
    this.#buffer.copy(grown, 0, 0, this.#at);
    this.#buffer = grown;
  }
}

function ipv4Bytes(address: string): number[] {
  return address.split('.').map(Number);
}

function ipv6Bytes(address: string): number[] {
  const [head = '', tail] = address.split('::');
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const zeros = Array<number>(8 - left.length - right.length).fill(0);
  return [...left, ...zeros, ...right].flatMap((group) => [group >> 8, group & 0xff]);
}

function groups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
