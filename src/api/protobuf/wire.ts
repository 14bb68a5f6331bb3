/** One field of a message as it travels: its number, and a whole number or bytes. */
export interface WireField {
  readonly number: number;
  readonly value: bigint | Uint8Array;
}

/** Bytes that are no protobuf message. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError';
}

const varintType = 0;
const fixed64Type = 1;
const bytesType = 2;
const fixed32Type = 5;

/** Reads the fields of a message in their order (the wire format of protobuf, "Encoding" in its manual). */
export function readFields(bytes: Uint8Array): readonly WireField[] {
  const reader = new Reader(bytes);
  const fields: WireField[] = [];
  while (!reader.atEnd) {
    const key = Number(reader.varint());
    fields.push({ number: Math.floor(key / 8), value: reader.value(key & 7) });
  }
  return fields;
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new ProtobufError('it ends within a number');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new ProtobufError('a number has more than ten bytes');
  }

  value(wireType: number): bigint | Uint8Array {
    if (wireType === varintType) return this.varint();
    if (wireType === bytesType) return this.#take(Number(this.varint()));
    if (wireType === fixed64Type) return this.#take(8);
    if (wireType === fixed32Type) return this.#take(4);
    throw new ProtobufError(`wire type ${wireType} is not one of Kubernetes' messages`);
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new ProtobufError('it ends within a field');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}
