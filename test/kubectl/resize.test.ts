import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StatefulSet } from '../../src/api/generated/apps-v1.js';
import type { Pod } from '../../src/api/generated/core-v1.js';
import { resize } from '../../src/cli/commands/resize.js';
import { createContext } from '../../src/cli/context.js';
import { UserError } from '../../src/cluster/index.js';
import { kubectlVersions } from '../tools/kubectl.js';
import type { ListOf } from '../tools/objects.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';

const manifest = (name: string, storage: string): string => `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: ${name} }
spec:
  serviceName: ${name}
  replicas: 2
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: main, image: "paper:1" }] }
  volumeClaimTemplates:
  - metadata: { name: data }
    spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: ${storage} } } }
`;

let paper: PaperCluster;

beforeAll(async () => {
  paper = await startPaperCluster();
});

afterAll(() => paper?.[Symbol.asyncDispose]());

/** Runs the command as its user would who answers `answer`; gives what it asked and printed. */
async function asked(name: string, template: readonly string[], answer: boolean) {
  const context = createContext('none');
  const questions: string[] = [];
  const printed: string[] = [];
  const run = resize(
    {
      ...context,
      output: { ...context.output, write: (text) => printed.push(text) },
      confirm: async (question) => {
        questions.push(question);
        return answer;
      },
    },
    `sts/${name}`,
    { namespace: 'default', template, dryRun: false, yes: false, kubeconfig: paper.kubeconfig },
  );
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { questions, printed: printed.join(''), error };
}

describe.each(kubectlVersions)('a set that kubectl %s applied', (version) => {
  const name = `web-${version.replace('.', '-')}`;
  const apply = (storage: string) =>
    paper.kubectl(version).run(['apply', '-f', '-'], { input: manifest(name, storage) });
  const uids = async (): Promise<readonly (string | undefined)[]> => {
    const { items } = await paper.kubectl(version).json<ListOf<Pod>>(['get', 'pods', '-l', `app=${name}`]);
    return items.map(({ metadata }) => metadata?.uid);
  };

  it('is resized when its user says yes, and is applied again in its new size', async () => {
    const kubectl = paper.kubectl(version);
    expect((await apply('1Gi')).code).toBe(0);
    await kubectl.ok(['rollout', 'status', `statefulset/${name}`, '--timeout=30s']);
    const before = await uids();
    const refused = await asked(name, ['data=2Gi'], false);
    expect([refused.questions, refused.error]).toEqual([
      ['Go on? [y/N] '],
      new UserError('nothing was changed'),
    ]);
    const done = await asked(name, ['data=2Gi'], true);
    expect([done.error, done.questions]).toEqual([undefined, ['Go on? [y/N] ']]);
    expect(done.printed).toContain('done: 2 Pods run on, none was restarted');
    expect(await uids()).toEqual(before);
    const old = await apply('1Gi');
    expect(old.stderr).toContain('updates to statefulset spec for fields other than');
    expect((await apply('2Gi')).stdout).toContain(`statefulset.apps/${name} configured`);
    const set = await kubectl.json<StatefulSet>(['get', 'statefulset', name]);
    expect(set.metadata?.annotations).toHaveProperty(['kubectl.kubernetes.io/last-applied-configuration']);
    expect(await uids()).toEqual(before);
  });
});

describe('what cannot be meant', () => {
  it.each<readonly [string, readonly string[], string]>([
    [
      'web',
      ['data=2Gi'],
      'web: name a StatefulSet, as in `holdfast resize statefulset/mysql --template data=10Gi`',
    ],
    ['deployment/web', ['data=2Gi'], 'deployment/web: name a StatefulSet'],
    ['sts/web', ['data'], '--template data: write it as NAME=SIZE, as in data=10Gi'],
    ['sts/web', [], 'say what to change: --template NAME=SIZE, or -f FILE'],
    ['sts/nobody', ['data=2Gi'], 'there is no StatefulSet nobody in namespace default'],
  ])('%s %j is refused', async (subject, template, message) => {
    const flags = { namespace: 'default', template, dryRun: false, yes: true, kubeconfig: paper.kubeconfig };
    await expect(resize(createContext('none'), subject, flags)).rejects.toThrow(message);
  });
});
