import { describe, expect, it } from 'vitest';
import { ipMessages } from './ip.js';
import {
  configMapKey,
  dns1035Label,
  dns1123Label,
  dns1123Subdomain,
  envVarName,
  isLabelValue,
  type NameCheck,
  pathSegment,
  portName,
  portNumber,
  qualifiedName,
} from './names.js';

const cases: readonly (readonly [string, NameCheck, readonly string[], readonly string[]])[] = [
  ['labels', dns1123Label, ['a', 'a-b', '1a', 'x'.repeat(63)], ['', 'A', '-a', 'a-', 'a.b', 'x'.repeat(64)]],
  ['subdomains', dns1123Subdomain, ['a.b', 'a-1.b2'], ['', 'a..b', '.a', 'a_b', 'x'.repeat(254)]],
  ['RFC 1035 labels', dns1035Label, ['a', 'a1'], ['1a', 'a.b', '']],
  ['label values', isLabelValue, ['', 'A_b.c-1'], ['-a', 'a b', 'x'.repeat(64)]],
  ['qualified names', qualifiedName, ['a', 'example.com/A_b'], ['', '/a', 'a/', 'a/b/c', 'Ex/a', 'a b']],
  ['config keys', configMapKey, ['my.cnf', '_x', 'A-b'], ['', '.', '..', '..x', 'a/b']],
  ['environment names', envVarName, ['A', 'a.b-c', '1', 'a b'], ['', 'a=b', 'é']],
  ['port names', portName, ['http', 'a-1'], ['', '80', 'A', 'a--b', '-a', 'x'.repeat(16)]],
  ['path segments', pathSegment, ['system:x'], ['.', '..', 'a/b', 'a%b']],
  [
    'addresses',
    ipMessages,
    ['10.0.0.1', '::1', 'fe80::1', '::ffff:1.2.3.4'],
    ['', '10.0.0', '256.0.0.1', '01.2.3.4', ':::', '1::2::3', 'g::'],
  ],
];

describe.each(cases)('%s', (_name, check, good, bad) => {
  it.each(good)('takes %j', (value) => expect(check(value)).toEqual([]));
  it.each(bad)('refuses %j', (value) => expect(check(value)).not.toEqual([]));
});

describe('messages', () => {
  it('are those of Kubernetes', () => {
    expect(dns1123Label('A')).toEqual([
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
    ]);
    expect(dns1123Subdomain('A')).toEqual([
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    ]);
    expect(isLabelValue('a b')).toEqual([
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
    ]);
    expect(portNumber(70000)).toEqual(['must be between 1 and 65535, inclusive']);
  });
});
