import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { why } from '../../src/cli/commands/why.js';
import { createContext } from '../../src/cli/context.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';

let paper: PaperCluster;
let guest: string;

beforeAll(async () => {
  paper = await startPaperCluster();
  const kubectl = paper.kubectl('1.35');
  await kubectl.ok(['create', 'serviceaccount', 'guest']);
  await kubectl.ok(['run', 'lone', '--image=paper:1']);
  await kubectl.ok(['wait', 'pod/lone', '--for=condition=Ready', '--timeout=30s']);
  const token = (await kubectl.ok(['create', 'token', 'guest'])).trim();
  const text = (await readFile(paper.kubeconfig, 'utf8')).replaceAll(
    /^ +client-(certificate|key)-data: .*\n/gm,
    '',
  );
  guest = await paper.file('guest', text.replace('  user:\n', `  user:\n    token: ${token}\n`));
});

afterAll(() => paper?.[Symbol.asyncDispose]());

/** What a person is told who asks with this kubeconfig. */
async function answer(question: string, kubeconfig: string) {
  const context = createContext('none');
  const printed: string[] = [];
  const output = { ...context.output, write: (text: string) => printed.push(text) };
  const code = await why({ ...context, output }, question, {
    namespace: 'default',
    output: 'text',
    kubeconfig,
  });
  return { code, printed: printed.join('') };
}

describe('holdfast why with a kubeconfig', () => {
  it('answers whoever may read', async () => {
    expect(await answer('pod/lone', paper.kubeconfig)).toEqual({
      code: 0,
      printed:
        'Pod default/lone: it runs and is ready\n\nThis cluster is simulated: no container runs in it.\n',
    });
  });

  it('says at once what may not be read', async () => {
    await expect(answer('pod/lone', guest)).rejects.toThrow(
      'pods "lone" is forbidden: User "system:serviceaccount:default:guest" cannot get resource "pods" in API group "" in the namespace "default"',
    );
  });

  it('answers whoever may read the namespace alone', async () => {
    const role = ['guest', '--clusterrole=view', '--serviceaccount=default:guest'];
    await paper.kubectl('1.35').ok(['create', 'rolebinding', ...role]);
    expect(await answer('pod/lone', guest)).toEqual({
      code: 0,
      printed: 'Pod default/lone: it runs and is ready\n',
    });
  });
});
