import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kubectl, kubectlVersions } from '../tools/kubectl.js';
import { podNamed } from './manifests.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';

let cluster: PaperCluster;

beforeAll(async () => {
  cluster = await startPaperCluster();
  const kubectl = cluster.kubectl('1.35');
  await kubectl.ok(['apply', '-f', '-'], { input: podNamed('one') });
  await kubectl.ok(['wait', '--for=condition=Ready', 'pod/one', '--timeout=20s']);
});

afterAll(() => cluster?.[Symbol.asyncDispose]());

// The other end of these streams is a library's SPDY server, so that the API server's part stands alone here.
describe.each(kubectlVersions)('what kubectl %s carries through the API server', (version) => {
  let kubectl: Kubectl;
  beforeAll(() => {
    kubectl = cluster.kubectl(version);
  });

  it('exec: output, and the exit code with what stands on stderr', async () => {
    expect(await kubectl.ok(['exec', 'one', '--', 'say'])).toBe('hello\n');
    expect(await kubectl.run(['exec', 'one', '--', 'fail'])).toMatchObject({
      code: 3,
      stderr: 'it went wrong\ncommand terminated with exit code 3\n',
    });
  });

  it('exec -i: 10 MB arrive whole, and the end of the input ends it', async () => {
    const sent = randomBytes(10_000_000);
    const { code, bytes } = await kubectl.run(['exec', '-i', 'one', '--', 'cat'], { input: sent });
    expect(code).toBe(0);
    expect(bytes.length).toBe(sent.length);
    expect(sha256(bytes)).toBe(sha256(sent));
  });

  it('logs, whole and from the end', async () => {
    expect(await kubectl.ok(['logs', 'one'])).toBe('log of main\nsecond line\n');
    expect(await kubectl.ok(['logs', 'one', '--tail=1'])).toBe('log of main\n');
    const { code, stderr } = await kubectl.run(['logs', 'one', '-c', 'other']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('container other is not valid for pod one')]);
  });
});

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
