import { describe, expect, it } from 'vitest';
import { definition, schemaModules } from '../schema/schema.js';
import { decodeMessage, ProtobufError, readEnvelope } from './decode.js';
import { fieldNumbers } from './generated/numbers.js';
import { messageFields } from './messages.js';
import { messageReaders, scalarReaders } from './scalars.js';

type Part = readonly [number: number, value: number | string | Uint8Array];

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

/** Writes a message; numbers of these tests are not negative. */
function message(...parts: readonly Part[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap(([number, value]) => {
      if (typeof value === 'number') return [...varint(number * 8), ...varint(value)];
      const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
      return [...varint(number * 8 + 2), ...varint(bytes.length), ...bytes];
    }),
  );
}

const entry = (key: string, value: string): Uint8Array => message([1, key], [2, value]);

describe('protobuf messages', () => {
  it.each<[string, Uint8Array, object]>([
    [
      'core-v1.ConfigMap',
      message([2, entry('a', 'b')], [2, entry('__proto__', '')]),
      { data: JSON.parse('{"a":"b","__proto__":""}') },
    ],
    ['core-v1.Secret', message([2, message([1, 'k'], [2, Uint8Array.of(255, 0)])]), { data: { k: '/wA=' } }],
    ['meta-v1.ObjectMeta', message([1, 'n'], [2, ''], [7, 0], [8, message()]), { name: 'n' }],
    [
      'meta-v1.ObjectMeta',
      message([8, message([1, 1_700_000_000])]),
      { creationTimestamp: '2023-11-14T22:13:20Z' },
    ],
    ['apps-v1.StatefulSetSpec', message([1, 0], [9, 0]), { replicas: 0 }],
    ['core-v1.Volume', message([1, 'v'], [2, message([2, message()])]), { name: 'v', emptyDir: {} }],
    [
      'core-v1.ServicePort',
      message([3, 80], [4, message([1, 1], [2, 0], [3, 'web'])]),
      { port: 80, targetPort: 'web' },
    ],
    [
      'core-v1.ResourceRequirements',
      message([2, message([1, 'cpu'], [2, message([1, '100m'])])]),
      { requests: { cpu: '100m' } },
    ],
    [
      'core-v1.SecretKeySelector',
      message([1, message([1, 'login'])], [2, 'password'], [3, 0]),
      { name: 'login', key: 'password', optional: false },
    ],
    ['authentication-v1.BoundObjectReference', message([3, 'p'], [4, 'u1']), { name: 'p', uid: 'u1' }],
    ['core-v1.PersistentVolumeClaimSpec', message([5, '']), { storageClassName: '' }],
    ['rbac-v1.PolicyRule', message([2, ''], [1, 'get']), { apiGroups: [''], verbs: ['get'] }],
  ])('%s', (name, bytes, object) => {
    expect(decodeMessage(name, bytes)).toEqual(object);
  });

  it('passes over a zero of a field that is not known, as newer clients write it', () => {
    expect(decodeMessage('core-v1.PodStatus', message([1, 'Running'], [9999, 0]))).toEqual({
      phase: 'Running',
    });
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['a field that is not known', message([9999, 1]), /field number 9999 of core-v1.Pod is not known here/],
    ['an end within a field', Uint8Array.of(10, 5, 1), /ends within a field/],
    ['text that is not UTF-8', message([1, message([1, Uint8Array.of(255)])]), /not UTF-8/],
    ['a number for bytes', message([1, 1]), /a number stands where bytes belong/],
    ['a wire type of no message', Uint8Array.of(11), /wire type 3/],
  ])('refuses %s', (_what, bytes, why) => {
    expect(() => decodeMessage('core-v1.Pod', bytes)).toThrow(ProtobufError);
    expect(() => decodeMessage('core-v1.Pod', bytes)).toThrow(why);
  });

  it('reads the envelope, and nothing without its four bytes', () => {
    const raw = message([1, 'x']);
    const inner = message([1, message([1, 'apps/v1'], [2, 'Deployment'])], [2, raw]);
    const envelope = Uint8Array.of(0x6b, 0x38, 0x73, 0, ...inner);
    expect(readEnvelope(envelope)).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', raw });
    expect(() => readEnvelope(inner)).toThrow(ProtobufError);
  });
});

describe('the table of field numbers', () => {
  it('names only types that are read', () => {
    const served = Object.keys(fieldNumbers).filter((key) =>
      schemaModules.some(({ id }) => key.startsWith(`${id}.`)),
    );
    expect(served.length).toBeGreaterThan(300);
    const unread = served.flatMap((key) =>
      [...(messageFields(key)?.values() ?? [])].filter(
        ({ type }) => !(type in scalarReaders || type in messageReaders || type in fieldNumbers),
      ),
    );
    expect(unread).toEqual([]);
  });

  it('names fields as JSON does', () => {
    const foreign = Object.keys(fieldNumbers).flatMap((key) => {
      const fields = definition(key)?.fields;
      if (fields === undefined) return [];
      const named = [...(messageFields(key)?.values() ?? [])].flatMap(({ name }) => name ?? []);
      const other = named.filter((name) => !Object.hasOwn(fields, name));
      // Fields that have no counterpart at all are older or newer than the schema; another spelling is a mistake.
      const known = new Set(Object.keys(fields).map((field) => field.toLowerCase()));
      return other.filter((name) => known.has(name.toLowerCase())).map((name) => `${key}.${name}`);
    });
    expect(foreign).toEqual([]);
  });
});
