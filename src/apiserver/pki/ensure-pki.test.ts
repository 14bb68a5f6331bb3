import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensurePki } from './ensure-pki.js';
import { kubeconfigText } from './kubeconfig.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hf-pki-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const now = Date.parse('2026-11-22T00:00:00Z');
const names = ['10.96.0.1', '10.244.0.1'];

test('makes an authority, a serving certificate with every name, and an administrator', async () => {
  const pki = await ensurePki({ dir, now, names });
  const ca = new X509Certificate(pki.authority.certificate);
  const serving = new X509Certificate(pki.serving.certificate);
  const admin = new X509Certificate(pki.admin.certificate);
  expect(ca.ca).toBe(true);
  expect(serving.verify(ca.publicKey)).toBe(true);
  expect(serving.checkIP('10.96.0.1')).toBe('10.96.0.1');
  expect(serving.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(serving.checkHost('kubernetes.default.svc.cluster.local')).toBeDefined();
  expect(admin.subject.split('\n').sort()).toEqual(['CN=kubernetes-admin', 'O=system:masters']);
  expect(admin.verify(ca.publicKey)).toBe(true);
  for (const file of ['ca.key', 'apiserver.key', 'admin.key', 'admin.crt']) {
    expect((await stat(join(dir, file))).mode & 0o777).toBe(0o600);
  }
});

test('a second run changes nothing; a new name renews only the serving certificate', async () => {
  const first = await ensurePki({ dir, now, names });
  expect(await ensurePki({ dir, now: now + 86_400_000, names })).toEqual(first);
  const wider = await ensurePki({ dir, now, names: [...names, '192.0.2.7'] });
  expect(wider.authority).toEqual(first.authority);
  expect(wider.admin).toEqual(first.admin);
  expect(new X509Certificate(wider.serving.certificate).checkIP('192.0.2.7')).toBe('192.0.2.7');
  expect(await readFile(join(dir, 'apiserver.crt'), 'utf8')).toBe(wider.serving.certificate);
});

test('certificates with less than 30 days left are renewed under the same authority', async () => {
  const first = await ensurePki({ dir, now, names });
  const later = await ensurePki({ dir, now: now + 340 * 86_400_000, names });
  expect(later.authority).toEqual(first.authority);
  expect(later.serving.certificate).not.toBe(first.serving.certificate);
  expect(later.admin.certificate).not.toBe(first.admin.certificate);
});

test('the kubeconfig carries everything inline', async () => {
  const pki = await ensurePki({ dir, now, names });
  const text = kubeconfigText({
    cluster: 'holdfast-default',
    server: 'https://127.0.0.1:6443',
    authority: pki.authority.certificate,
    user: 'kubernetes-admin',
    client: pki.admin,
  });
  expect(text).toContain('server: https://127.0.0.1:6443');
  expect(text).toContain(Buffer.from(pki.admin.certificate).toString('base64'));
});
