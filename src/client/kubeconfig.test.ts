import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { KubeconfigError, loadKubeconfig } from './kubeconfig.js';

const directory = mkdtempSync(join(tmpdir(), 'holdfast-kubeconfig-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let count = 0;

function write(content: unknown): string {
  count += 1;
  const file = join(directory, `${count}.yaml`);
  writeFileSync(file, typeof content === 'string' ? content : stringify(content));
  return file;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function config(user: unknown, cluster: unknown = { server: 'https://127.0.0.1:6443' }): unknown {
  return {
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'c', user: 'u', namespace: 'apps' } }],
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user }],
  };
}

describe('loadKubeconfig', () => {
  it('reads a client certificate and authority that stand inline', () => {
    const file = write(
      config(
        { 'client-certificate-data': base64('CERT'), 'client-key-data': base64('KEY') },
        {
          server: 'https://127.0.0.1:6443',
          'certificate-authority-data': base64('CA'),
          'tls-server-name': 'kubernetes',
        },
      ),
    );
    expect(loadKubeconfig([file])).toMatchObject({
      server: new URL('https://127.0.0.1:6443'),
      ca: 'CA',
      clientCertificate: 'CERT',
      clientKey: 'KEY',
      serverName: 'kubernetes',
      insecure: false,
      namespace: 'apps',
    });
  });

  it('reads files named relative to the kubeconfig', () => {
    writeFileSync(join(directory, 'ca.pem'), 'CA');
    writeFileSync(join(directory, 'token'), 'secret\n');
    const file = write(
      config(
        { tokenFile: 'token' },
        { server: 'https://x', 'certificate-authority': 'ca.pem', 'insecure-skip-tls-verify': true },
      ),
    );
    expect(loadKubeconfig([file])).toMatchObject({ ca: 'CA', token: 'secret', insecure: true });
  });

  it('takes several files as one, the first of a name counts', () => {
    const first = write({ users: [{ name: 'u', user: { token: 'first' } }] });
    const second = write(config({ token: 'second' }));
    expect(loadKubeconfig([first, second])).toMatchObject({ token: 'first' });
  });

  it('uses the context that is asked for', () => {
    const file = write({
      'current-context': 'here',
      contexts: [{ name: 'there', context: { cluster: 'c' } }],
      clusters: [{ name: 'c', cluster: { server: 'http://localhost:8080/base' } }],
    });
    expect(loadKubeconfig([file], 'there').server.href).toBe('http://localhost:8080/base');
    expect(() => loadKubeconfig([file])).toThrow('has no context named "here"; it has: there');
  });

  it.each([
    [
      'a credential plugin',
      { exec: { command: 'aws' } },
      'user "u" of the kubeconfig: credential plugins (`exec`)',
    ],
    ['OIDC', { 'auth-provider': { name: 'oidc' } }, 'OIDC'],
    ['a password', { username: 'a', password: 'b' }, 'user names with passwords'],
    ['a missing file', { 'client-certificate': 'no.pem' }, 'could not read client-certificate of "u"'],
  ])('refuses %s by name', (_name, user, message) => {
    const file = write(config(user));
    expect(() => loadKubeconfig([file])).toThrow(KubeconfigError);
    expect(() => loadKubeconfig([file])).toThrow(message);
  });

  it.each([
    ['no such file', () => join(directory, 'none'), 'could not read the kubeconfig'],
    ['no YAML', () => write('a: [b'), 'could not read the kubeconfig'],
    ['no current context', () => write({}), 'has no current-context'],
    ['no URL', () => write(config({}, { server: 'here' })), 'has the server "here", which is no URL'],
    ['a proxy', () => write(config({}, { server: 'https://x', 'proxy-url': 'http://p' })), 'proxy-url'],
  ])('says what is wrong: %s', (_name, make, message) => {
    const file = make();
    expect(() => loadKubeconfig([file])).toThrow(message);
  });
});
