import { afterAll, describe, expect, it } from 'vitest';
import { administrator } from '../cluster/control-plane.js';
import { startTestCluster } from '../cluster/test-cluster.fixture.js';
import { answerText, explain, type Link, parseSubject } from './index.js';
import { isReason } from './reasons.js';
import type { ReadApi } from './sight.js';
import { claim, never, pod, type Situation, set, uses } from './situations.fixture.js';
import { ofRights, type RightsSituation, roleFor } from './situations-rights.fixture.js';

const seen = new Set<string>();

type Asked = Pick<Situation, 'yaml' | 'act' | 'waitMs' | 'ask'> & {
  readonly may?: RightsSituation['may'] | undefined;
  readonly as?: string;
};

/** The answer to bob, who has these rights; without any named, to the administrator. `reads` is what that took. */
async function ask({ yaml, act, waitMs = 0, ask: question, may, as = may && 'bob' }: Asked) {
  await using cluster = await startTestCluster();
  if (yaml !== undefined) await cluster.apply(yaml);
  if (may !== undefined) await cluster.apply(roleFor('bob', may));
  await cluster.clock.advance(waitMs);
  await act?.(cluster);
  await cluster.settle();
  const user = as === undefined ? administrator : { name: as, groups: ['system:authenticated'] };
  const { get, list, reads } = counted(cluster.controlPlane.client(user));
  const moment = { now: new Date(cluster.clock.now()) };
  const links = await explain({ get, list }, parseSubject(question, 'default'), moment);
  for (const { reason } of links) seen.add(reason);
  return { links, reads };
}

/** What goes through an API, as `get nodes node-0` and `list pods default`. */
function counted(api: ReadApi): ReadApi & { readonly reads: readonly string[] } {
  const reads: string[] = [];
  return {
    reads,
    get: (kind, key) => {
      reads.push(`get ${kind.plural} ${key.name}`);
      return api.get(kind, key);
    },
    list: (kind, namespace) => {
      reads.push(`list ${kind.plural}${namespace === undefined ? '' : ` in ${namespace}`}`);
      return api.list(kind, namespace);
    },
  };
}

function withoutChance(links: readonly Link[]): string {
  return answerText(links)
    .replaceAll(/pvc-[0-9a-f-]{36}/g, 'PVC')
    .replaceAll(/agent-[a-z0-9]{5}/g, 'agent-*');
}

describe('why, for who may read one namespace', () => {
  it.each(ofRights.map((one) => [one.name, one] as const))('%s', async (_name, situation) => {
    const { links } = await ask(situation);
    expect(withoutChance(links)).toBe(situation.expected);
  });
});

describe('what may not be read', () => {
  it('is told as such when it is what was asked for', async () => {
    await expect(ask({ yaml: pod('a'), ask: 'pod/a', may: ['events'] })).rejects.toThrow(
      'pods "a" is forbidden: User "bob" cannot get resource "pods" in API group "" in the namespace "default"',
    );
    await expect(ask({ yaml: set(), ask: 'sts/db', may: ['pods'] })).rejects.toThrow(
      'statefulsets.apps "db" is forbidden: User "bob" cannot get resource "statefulsets" in API group "apps" in the namespace "default"',
    );
    await expect(ask({ ask: 'node/node-0', may: ['pods'] })).rejects.toThrow(
      'nodes "node-0" is forbidden: User "bob" cannot get resource "nodes" in API group "" at the cluster scope',
    );
  });

  it('stands in the JSON beside the link that it matters to', async () => {
    const wide = pod('a').replace('image: "x:1"', 'image: "x:1", resources: { requests: { cpu: "4000" } }');
    const may = ['pods', 'events', 'statefulsets.apps'];
    const { links } = await ask({ yaml: wide, waitMs: 3000, ask: 'pod/a', may });
    expect(links).toMatchObject([
      {
        reason: 'Unschedulable',
        unseen: [
          {
            resource: 'nodes',
            message: 'User "bob" cannot list resource "nodes" in API group "" at the cluster scope',
          },
        ],
      },
    ]);
  });

  it.each(['get', 'list'])('is read all the same by the right to %s alone', async (verb) => {
    const role = roleFor('bob', ['pods', 'events']).replaceAll('get, list', verb);
    const { links } = await ask({ yaml: `${pod('a')}\n---\n${role}`, waitMs: 500, ask: 'pod/a', as: 'bob' });
    expect(links).toMatchObject([{ message: 'it runs and is ready' }]);
  });
});

describe('what an answer reads', () => {
  it.each([
    ['a Pod that is well', pod('a'), 'pod/a', ['get pods a']],
    [
      'a chain',
      set({ annotation: never }),
      'pod/db-2',
      [
        'get pods db-2',
        'get statefulsets db',
        'list statefulsets in default',
        'list pods in default',
        'list persistentvolumeclaims in default',
        'list controllerrevisions in default',
        'get nodes node-0',
        'list events in default',
      ],
    ],
    [
      'a Pod without a node',
      pod('a', { spec: 'nodeSelector: { disk: ssd }' }),
      'pod/a',
      [
        'get pods a',
        'list pods',
        'list nodes',
        'list namespaces',
        'list persistentvolumeclaims in default',
        'list persistentvolumes',
        'list storageclasses',
        'list poddisruptionbudgets',
        'list services in default',
        'list replicasets in default',
        'list statefulsets in default',
        'list replicationcontrollers in default',
      ],
    ],
    [
      'a claim that is bound',
      `${claim('c')}\n---\n${pod('a', { spec: uses('c') })}`,
      'pvc/c',
      ['get persistentvolumeclaims c', 'list pods in default'],
    ],
  ])(
    '%s: each thing once, and no namespace but its own without need',
    async (_of, yaml, question, wanted) => {
      const { reads } = await ask({ yaml, waitMs: 4000, ask: question });
      expect(reads).toEqual(wanted);
    },
  );
});

afterAll(() => {
  expect([...seen].filter((reason) => !isReason(reason))).toEqual([]);
});
