import { fromJSON } from '@grpc/proto-loader';
import { describe, expect, it } from 'vitest';
import { containerdEventsProto, criProto } from './proto.js';
import { readProto } from './proto-reader.js';

describe('the protocol files', () => {
  it('are read whole: every message, enum and service that stands in them', () => {
    for (const text of [criProto, containerdEventsProto]) {
      const wanted = [...text.matchAll(/^(?:message|enum|service) (\w+)/gm)].map(([, name]) => name);
      const read = JSON.stringify(readProto(text));
      expect(wanted.filter((name) => !read.includes(`"${name}":{`))).toEqual([]);
    }
  });

  it('say what fields are', () => {
    const text =
      'package a.b;\nmessage M { string one = 1; repeated int64 many = 2; map<string, string> by_name = 3; }\nmessage E {}\nenum P { X = 0; Y = 2; }\nservice S {\n  rpc Do(M) returns (stream E) {}\n}';
    expect(readProto(text).nested).toEqual({
      a: {
        nested: {
          b: {
            nested: {
              M: {
                fields: {
                  one: { id: 1, type: 'string' },
                  many: { id: 2, type: 'int64', rule: 'repeated' },
                  by_name: { id: 3, type: 'string', keyType: 'string' },
                },
              },
              E: { fields: {} },
              P: { values: { X: 0, Y: 2 } },
              S: {
                methods: { Do: { requestType: 'M', responseType: 'E', responseStream: true, comment: '' } },
              },
            },
          },
        },
      },
    });
  });

  it('are taken by the loader', () => {
    expect(Object.keys(fromJSON(readProto(criProto)))).toContain('runtime.v1.RuntimeService');
  });
});
