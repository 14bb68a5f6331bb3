import { describe, expect, it } from 'vitest';
import type { ObjectMeta } from '../../api/generated/meta-v1.js';
import { kinds } from '../../api/kinds.js';
import type { Item, Owner, OwnerState } from './facts.js';
import { planGarbage } from './plan.js';

function item(name: string, metadata: ObjectMeta = {}): Item {
  return {
    kind: kinds.ConfigMap,
    object: { metadata: { name, namespace: 'default', uid: name, ...metadata } },
  };
}

function owner(uid: string, state: OwnerState): Owner {
  return { reference: { apiVersion: 'v1', kind: 'ConfigMap', name: uid, uid }, state };
}

const gone = '2026-01-01T00:00:00Z';
const ownedBy = (uid: string, blockOwnerDeletion: boolean): ObjectMeta => ({
  ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: uid, uid, blockOwnerDeletion }],
});

describe('an object with owners', () => {
  it.each<[string, readonly OwnerState[], object | undefined]>([
    ['stays when it has none', [], undefined],
    ['stays with its owner', ['present'], undefined],
    ['goes when its owner is gone', ['absent'], { type: 'delete', propagation: 'Background' }],
    [
      'goes when its owner waits for it',
      ['waits-for-dependents'],
      { type: 'delete', propagation: 'Background' },
    ],
    [
      'loses the owner that is gone while it has another',
      ['absent', 'present'],
      { type: 'removeOwners', uids: ['o0'] },
    ],
  ])('%s', (_name, states, wanted) => {
    const owners = states.map((state, index) => owner(`o${index}`, state));
    const { actions } = planGarbage({ item: item('x'), owners, dependents: [] });
    expect(actions).toMatchObject(wanted === undefined ? [] : [wanted]);
  });

  it('goes foreground when its owner waits and it has dependents of its own', () => {
    const { actions } = planGarbage({
      item: item('x'),
      owners: [owner('o', 'waits-for-dependents')],
      dependents: [item('y')],
    });
    expect(actions).toMatchObject([{ type: 'delete', propagation: 'Foreground' }]);
  });

  it('goes when its owner is in another Namespace, and is told', () => {
    const { actions } = planGarbage({ item: item('x'), owners: [owner('o', 'elsewhere')], dependents: [] });
    expect(actions).toMatchObject([{ type: 'tellInvalid', reference: { uid: 'o' } }, { type: 'delete' }]);
  });

  it('without a Namespace stays for good when its owner has one, and is told', () => {
    const plan = planGarbage({
      item: { kind: kinds.Node, object: { metadata: { name: 'n', uid: 'n' } } },
      owners: [owner('o', 'out-of-reach'), owner('p', 'absent')],
      dependents: [],
    });
    expect(plan).toMatchObject({
      actions: [{ type: 'tellInvalid', reference: { uid: 'o' } }],
      waitingFor: {
        reason: 'OwnerOutOfReach',
        message: 'Node n has no Namespace, and so cannot have ConfigMap o as an owner, which has one',
      },
    });
  });

  it('is left alone when nothing can be known of an owner', () => {
    const plan = planGarbage({
      item: item('x'),
      owners: [owner('o', 'unknown-kind'), owner('p', 'absent')],
      dependents: [],
    });
    expect(plan).toMatchObject({ actions: [], waitingFor: { reason: 'OwnerKindUnknown' } });
  });
});

describe('an object on its way out', () => {
  it('is taken from its dependents with orphan', () => {
    const leaving = item('x', { deletionTimestamp: gone, finalizers: ['orphan'] });
    const { actions } = planGarbage({ item: leaving, owners: [], dependents: [item('y')] });
    expect(actions).toMatchObject([
      { type: 'removeOwners', item: { object: { metadata: { name: 'y' } } }, uids: ['x'] },
      { type: 'removeFinalizer', finalizer: 'orphan' },
    ]);
  });

  it('waits for dependents that block with foreground, and for no others', () => {
    const leaving = item('x', { deletionTimestamp: gone, finalizers: ['foregroundDeletion'] });
    const waits = planGarbage({ item: leaving, owners: [], dependents: [item('y', ownedBy('x', true))] });
    expect(waits).toMatchObject({
      actions: [],
      waitingFor: { reason: 'DependentsRemain', on: { name: 'y' } },
    });
    const goes = planGarbage({ item: leaving, owners: [], dependents: [item('y', ownedBy('x', false))] });
    expect(goes.actions).toMatchObject([{ type: 'removeFinalizer', finalizer: 'foregroundDeletion' }]);
  });
});
