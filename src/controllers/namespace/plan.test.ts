import { describe, expect, it } from 'vitest';
import type { Namespace } from '../../api/generated/core-v1.js';
import { type KindRow, kinds } from '../../api/kinds.js';
import type { Content } from './facts.js';
import { planNamespace } from './plan.js';

const now = new Date('2026-11-22T10:00:00Z');
const leaving: Namespace = {
  metadata: { name: 'team', deletionTimestamp: '2026-11-22T09:59:00Z' },
  spec: { finalizers: ['kubernetes'] },
  status: { phase: 'Terminating' },
};

function content(kind: KindRow, total: number, more: Partial<Content> = {}): Content {
  return { kind, total, living: 0, finalizers: new Map(), ...more };
}

describe('a Namespace', () => {
  it('that lives is left alone', () => {
    expect(planNamespace({ namespace: { metadata: { name: 'team' } }, contents: [] }, now).actions).toEqual(
      [],
    );
  });

  it('has its contents deleted first, kind by kind', () => {
    const contents = [content(kinds.Pod, 2, { living: 1 }), content(kinds.Secret, 0)];
    const plan = planNamespace({ namespace: leaving, contents }, now);
    expect(plan.actions).toMatchObject([{ type: 'deleteContents', kinds: [{ plural: 'pods' }] }]);
    expect(plan.waitingFor?.message).toBe('Namespace team still has 2 pods');
  });

  it('says what remains and what holds it, once', () => {
    const contents = [
      content(kinds.Pod, 2),
      content(kinds.Deployment, 1, { finalizers: new Map([['example.com/hold', 1]]) }),
    ];
    const plan = planNamespace({ namespace: leaving, contents }, now);
    const at = { lastTransitionTime: '2026-11-22T10:00:00Z' };
    expect(plan.actions).toMatchObject([
      {
        type: 'setConditions',
        conditions: [
          { type: 'NamespaceDeletionDiscoveryFailure', status: 'False', ...at },
          { type: 'NamespaceDeletionGroupVersionParsingFailure', status: 'False' },
          { type: 'NamespaceDeletionContentFailure', status: 'False', reason: 'ContentDeleted' },
          {
            type: 'NamespaceContentRemaining',
            status: 'True',
            reason: 'SomeResourcesRemain',
            message:
              'Some resources are remaining: deployments.apps has 1 resource instances, pods. has 2 resource instances',
          },
          {
            type: 'NamespaceFinalizersRemaining',
            status: 'True',
            reason: 'SomeFinalizersRemain',
            message:
              'Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
          },
        ],
      },
    ]);
    const [action] = plan.actions;
    if (action?.type !== 'setConditions') throw new Error('no conditions');
    const told = { ...leaving, status: { ...leaving.status, conditions: action.conditions } };
    expect(planNamespace({ namespace: told, contents }, new Date('2026-11-22T10:05:00Z')).actions).toEqual(
      [],
    );
  });

  it('goes when it is empty', () => {
    const plan = planNamespace({ namespace: leaving, contents: [content(kinds.Pod, 0)] }, now);
    expect(plan.actions).toMatchObject([{ type: 'finalize' }]);
  });
});
