/** etcd's two calls as gRPC messages: small enough to be written by hand, so that the same generator drives both servers. */
import type { Call } from './clients.js';

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  return [...bytes, rest];
}

function bytesField(number: number, value: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...varint(value.length)]), value]);
}

/** A message with gRPC's prefix: not compressed, and its length. */
function framed(...fields: readonly Buffer[]): Buffer {
  const message = Buffer.concat(fields);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** `Put` of one key. */
export function putCall(key: string, value: Uint8Array): Call {
  const body = framed(bytesField(1, Buffer.from(key)), bytesField(2, value));
  return { method: 'POST', path: '/etcdserverpb.KV/Put', body, grpc: true };
}

/** `Range` of one key: etcd's get. */
export function rangeCall(key: string): Call {
  return {
    method: 'POST',
    path: '/etcdserverpb.KV/Range',
    body: framed(bytesField(1, Buffer.from(key))),
    grpc: true,
  };
}
