import { describe, expect, it } from 'vitest';
import { known, unknown } from '../lib/known.js';
import type { OperatorAction } from './actions.js';
import type { MemberFacts, SetFacts } from './facts.js';
import { plan } from './plan.js';
import {
  absent,
  courseSet,
  factsOf,
  freshServer,
  member,
  NOW,
  podOf,
  runningChannel,
  servedRecord,
  settledServer,
  UUID,
} from './world.fixture.js';

const primaryReady = { ready: true, reason: 'Primary', message: 'mysql-0 takes writes' };
const primary = member(0, settledServer(0), primaryReady);
const replicates = (ordinal: number) => ({
  ready: true,
  reason: 'Replicating',
  message: `mysql-${ordinal} replicates from mysql-0`,
});
const replica = (ordinal: number, channel = runningChannel): MemberFacts =>
  member(ordinal, settledServer(ordinal, { channel }), replicates(ordinal));

/** The state shown for a member, '' when nothing is shown anew. */
function shownOf(actions: readonly OperatorAction[], name: string): string {
  const shown = actions.find((action) => action.kind === 'show' && action.pod.metadata?.name === name);
  return shown?.kind === 'show' ? shown.state : '';
}

/** The steps planned, in words. */
function stepsOf(actions: readonly OperatorAction[]): string[] {
  return actions.flatMap((action) => {
    if (action.kind === 'show') return [];
    if (action.kind === 'sql') return [`${action.step.kind} ${action.pod.metadata?.name} as ${action.as}`];
    if (action.kind === 'beginClone')
      return [`clone ${action.pod.metadata?.name} from ${action.step.donorHost.split('.')[0]}`];
    if (action.kind === 'record')
      return [`record primary=${action.record.primaryUuid?.[0] ?? ''} cloned=${action.record.cloned}`];
    return [action.kind];
  });
}

function decide(members: readonly MemberFacts[], changes: Parameters<typeof factsOf>[1] = {}) {
  const { actions, waitingFor } = plan(factsOf(members, changes), NOW);
  return { steps: stepsOf(actions), shown: (name: string) => shownOf(actions, name), waitingFor };
}

const noRecord = { record: known(undefined) };

describe('the primary', () => {
  it.each<[string, MemberFacts, Partial<SetFacts>, string[]]>([
    [
      'gets its accounts first',
      { ...primary, inspection: { kind: 'rootOnly' } },
      noRecord,
      ['createAccounts mysql-0 as root'],
    ],
    ['gets its settings', member(0, freshServer(0)), noRecord, ['configure mysql-0 as operator']],
    ['is recorded before it serves', member(0, settledServer(0)), noRecord, ['record primary=a cloned=']],
    [
      'is opened after the record',
      member(0, settledServer(0, { superReadOnly: true })),
      {},
      ['unlock mysql-0 as operator'],
    ],
    ['needs nothing when it serves', primary, {}, []],
  ])('%s', (_, first, changes, steps) => {
    expect(decide([first, absent(1), absent(2)], changes).steps).toEqual(steps);
  });

  it('is Primary only when all stands', () => {
    expect(decide([member(0, settledServer(0)), absent(1)]).shown('mysql-0')).toBe('Primary');
    expect(decide([member(0, freshServer(0)), absent(1)]).shown('mysql-0')).toBe('Configuring');
  });

  it('turns GTIDs on one step at a time, as MySQL demands', () => {
    const at = (
      gtidMode: 'OFF' | 'OFF_PERMISSIVE' | 'ON_PERMISSIVE',
      enforceGtidConsistency: 'OFF' | 'WARN' | 'ON',
    ) => {
      const actions = plan(
        factsOf([member(0, settledServer(0, { gtidMode, enforceGtidConsistency }))]),
        NOW,
      ).actions;
      const step = actions.find((action) => action.kind === 'sql');
      return step?.kind === 'sql' && step.step.kind === 'gtid'
        ? `${step.step.variable}=${step.step.to}`
        : undefined;
    };
    expect(at('OFF', 'OFF')).toBe('enforce_gtid_consistency=WARN');
    expect(at('OFF', 'WARN')).toBe('enforce_gtid_consistency=ON');
    expect(at('OFF', 'ON')).toBe('gtid_mode=OFF_PERMISSIVE');
    expect(at('OFF_PERMISSIVE', 'ON')).toBe('gtid_mode=ON_PERMISSIVE');
    expect(at('ON_PERMISSIVE', 'ON')).toBe('gtid_mode=ON');
  });

  it('is LostData and closed when an empty server stands where data was recorded', () => {
    const emptied = member(0, freshServer(0, { serverUuid: UUID[2] }));
    const { steps, shown, waitingFor } = decide([emptied, replica(1), replica(2)]);
    expect([steps, shown('mysql-0')]).toEqual([['lock mysql-0 as operator'], 'LostData']);
    expect(waitingFor?.message).toContain('has lost its data');
  });

  it('is LostData also without a record, when a replica holds what it does not', () => {
    const emptied = member(0, freshServer(0, { serverUuid: UUID[2] }));
    expect(decide([emptied, replica(1)], noRecord).shown('mysql-0')).toBe('LostData');
  });

  it('is not LostData when only its auto.cnf is new', () => {
    const renamed = member(0, settledServer(0, { serverUuid: UUID[2] }), primaryReady);
    expect(decide([renamed]).steps).toEqual(['record primary=c cloned=']);
  });
});

describe('a replica', () => {
  const empty = (changes = {}) => member(1, settledServer(1, { gtidExecuted: '', ...changes }));
  const recordedClone = { record: known({ ...servedRecord, cloned: ['mysql-1'] }) };

  it('waits for the Service that names the primary', () => {
    const { shown, waitingFor } = decide([primary, empty()], {
      service: { name: 'mysql', exists: false, headless: false },
    });
    expect(shown('mysql-1')).toBe('NoService');
    expect(waitingFor?.message).toContain('Service mysql does not exist');
  });

  it('waits for the primary', () => {
    expect(decide([member(0, freshServer(0)), empty()]).shown('mysql-1')).toBe('WaitingForPrimary');
  });

  it('is recorded as cloned, then clones its nearest healthy lower neighbour', () => {
    expect(decide([primary, empty()]).steps).toEqual(['record primary=a cloned=mysql-1']);
    expect(decide([primary, empty()], recordedClone).steps).toEqual(['clone mysql-1 from mysql-0']);
    const third = member(2, settledServer(2, { gtidExecuted: '' }));
    const record = known({ ...servedRecord, cloned: ['mysql-2'] });
    expect(decide([primary, replica(1), third], { record }).steps).toEqual(['clone mysql-2 from mysql-1']);
    expect(decide([primary, absent(1), third], { record }).steps).toEqual(['clone mysql-2 from mysql-0']);
  });

  it('clones from nobody that is not shown as ready yet', () => {
    const unshown = { ...primary, pod: podOf(0) };
    expect(decide([unshown, empty()], recordedClone).shown('mysql-1')).toBe('WaitingForDonor');
  });

  it('is left alone while a clone runs, here or seen on the server', () => {
    const attempt = { running: true, donor: 'mysql-0', failure: undefined, failedAtMs: undefined };
    expect(decide([primary, { ...empty(), attempt }], recordedClone).steps).toEqual([]);
    const clone = {
      state: 'In Progress',
      source: 'mysql-0.x:3306',
      error: undefined,
      running: true,
      doneBytes: 1,
      totalBytes: 2,
    } as const;
    expect(decide([primary, empty({ clone })], recordedClone).shown('mysql-1')).toBe('Cloning');
  });

  it('clones again after an interrupted clone, whose state says In Progress for ever', () => {
    const clone = {
      state: 'In Progress',
      source: '',
      error: undefined,
      running: false,
      doneBytes: 0,
      totalBytes: 0,
    } as const;
    expect(decide([primary, empty({ clone })], recordedClone).steps).toEqual(['clone mysql-1 from mysql-0']);
  });

  it('gives the donor a rest after a failure', () => {
    const attempt = { running: false, donor: 'mysql-0', failure: '3862', failedAtMs: NOW.getTime() - 500 };
    expect(decide([primary, { ...empty(), attempt }], recordedClone).shown('mysql-1')).toBe(
      'WaitingForDonor',
    );
  });

  it('follows the primary after its clone, whatever channel came along', () => {
    const clone = {
      state: 'Completed',
      source: '',
      error: undefined,
      running: false,
      doneBytes: 0,
      totalBytes: 0,
    } as const;
    expect(decide([primary, member(1, settledServer(1, { clone }))], recordedClone).steps).toEqual([
      'follow mysql-1 as operator',
    ]);
  });

  it('is never cloned over tables of its own', () => {
    const own = {
      gtidExecuted: `${UUID[1]}:1-9`,
      tables: { count: 3, oldestMs: Date.parse('2025-12-01T00:00:00Z') },
    };
    const { steps, shown } = decide([primary, empty(own)]);
    expect([steps, shown('mysql-1')]).toEqual([[], 'ForeignData']);
  });

  it('is cloned over tables that its own initialisation made behind the gate', () => {
    const made = {
      gtidExecuted: `${UUID[1]}:1-9`,
      tables: { count: 3, oldestMs: Date.parse('2026-01-01T00:00:05Z') },
    };
    expect(decide([primary, empty(made)], recordedClone).steps).toEqual(['clone mysql-1 from mysql-0']);
    const ungated = { ...empty(made), pod: { ...podOf(1), spec: { containers: [{ name: 'mysql' }] } } };
    expect(decide([primary, ungated]).shown('mysql-1')).toBe('ForeignData');
  });

  it('needs a volume where the container keeps the data', () => {
    const { template } = { template: { spec: { containers: [{ name: 'mysql' }] } } };
    const set = { ...courseSet, spec: { ...courseSet.spec, selector: {}, template } };
    const { shown } = decide([primary, empty()], { ...recordedClone, set, imageVolumesSurvive: false });
    expect(shown('mysql-1')).toBe('DataNotOnVolume');
  });

  it.each<[string, Partial<typeof runningChannel>, string[], string]>([
    ['replicates', {}, [], ''],
    [
      'is started after its own restart',
      { io: 'No', sql: false },
      ['startReplica mysql-1 as operator'],
      'Joining',
    ],
    [
      'says why it stopped',
      { sql: false, error: { number: 1062, message: 'dup' } },
      ['startReplica mysql-1 as operator'],
      'ReplicationStopped',
    ],
    ['lags', { lagSeconds: 31 }, [], 'Lagging'],
    [
      'stays ready while it reconnects',
      { io: 'Connecting', lagSeconds: undefined, silentSeconds: 2 },
      [],
      '',
    ],
    [
      'is pointed to the primary again',
      { sourceHost: 'elsewhere' },
      ['follow mysql-1 as operator'],
      'Joining',
    ],
  ])('%s', (_, channel, steps, state) => {
    const clone = {
      state: 'Completed',
      source: '',
      error: undefined,
      running: false,
      doneBytes: 0,
      totalBytes: 0,
    } as const;
    const server = settledServer(1, { channel: { ...runningChannel, ...channel }, clone });
    const { steps: planned, shown } = decide([primary, member(1, server, replicates(1))]);
    expect([planned, shown('mysql-1')]).toEqual([steps, state]);
  });

  it('is taken off a primary that is being deleted, and rests until there is one again', () => {
    const leaving = {
      ...primary,
      inspection: undefined,
      pod: { ...podOf(0), metadata: { name: 'mysql-0', deletionTimestamp: NOW.toISOString() } },
    };
    expect(decide([leaving, replica(1)]).steps).toEqual(['pauseReplica mysql-1 as operator']);
    const resting = replica(1, { ...runningChannel, io: 'No' });
    const { steps, shown } = decide([absent(0), resting]);
    expect([steps, shown('mysql-1')]).toEqual([[], '']);
    expect(decide([primary, resting]).steps).toEqual(['startReplica mysql-1 as operator']);
  });

  it('stays ready while the primary is away', () => {
    const connecting = replica(1, {
      ...runningChannel,
      io: 'Connecting',
      lagSeconds: undefined,
      silentSeconds: 500,
    });
    expect(decide([absent(0), connecting]).shown('mysql-1')).toBe('');
  });

  it('is not ready with transactions that the primary never had, but may run ahead of the look', () => {
    const errant = member(
      1,
      settledServer(1, { channel: runningChannel, gtidExecuted: `${UUID[0]}:1-9,${UUID[1]}:1` }),
    );
    expect(decide([primary, errant]).shown('mysql-1')).toBe('ErrantTransactions');
    const ahead = member(1, settledServer(1, { channel: runningChannel, gtidExecuted: `${UUID[0]}:1-12` }));
    expect(decide([primary, ahead]).shown('mysql-1')).toBe('Replicating');
  });
});

describe('the set', () => {
  it('plans nothing when all serve', () => {
    const done = plan(factsOf([primary, replica(1), replica(2)]), NOW);
    expect([done.actions, done.waitingFor]).toEqual([[], undefined]);
  });

  it('makes its accounts before anything', () => {
    expect(decide([primary], { accounts: known(undefined) }).steps).toEqual(['createAccountsSecret']);
  });

  it('does nothing on a record that it cannot read', () => {
    const blind = decide([member(0, freshServer(0))], { record: unknown('ConfigMap is broken') });
    expect([blind.steps, blind.waitingFor?.reason]).toEqual([[], 'StateUnreadable']);
  });

  it('writes one record a pass', () => {
    const fresh = [
      member(1, settledServer(1, { gtidExecuted: '' })),
      member(2, settledServer(2, { gtidExecuted: '' })),
    ];
    expect(decide([primary, ...fresh]).steps).toEqual(['record primary=a cloned=mysql-1']);
  });
});
