import type { Plan, Waiting } from '../reconcile/contract.js';
import type { OperatorAction } from './actions.js';
import { readCondition } from './conditions.js';
import type { MemberFacts, RefusedSet, SetFacts, StateRecord } from './facts.js';
import { emptyRecord, primaryVerdict } from './primary.js';
import { replicaVerdict } from './replica.js';
import type { ServerFacts } from './sql/port.js';
import { READY_STATES, TROUBLED_STATES } from './states.js';
import type { Verdict } from './verdict.js';

/** Milliseconds between looks at a set whose members all serve: how often lag is seen. */
const SETTLED_MS = 1_000;
/** Milliseconds between looks while a server starts, clones or joins. */
const MOVING_MS = 50;

/** A member with what was decided for it. */
interface Judged {
  readonly member: MemberFacts;
  readonly verdict: Verdict;
}

/** Decides the next step of each member: the primary first, since the others depend on it. */
export function plan(facts: SetFacts | RefusedSet, now: Date): Plan<OperatorAction> {
  if ('refused' in facts) {
    return { actions: facts.told ? [] : [{ kind: 'explain', set: facts.refused, why: facts.why }] };
  }
  if (!facts.record.known) return blind(facts, 'StateUnreadable', facts.record.why);
  if (!facts.accounts.known) return blind(facts, 'AccountsUnreadable', facts.accounts.why);
  if (facts.accounts.value === undefined) {
    return { actions: [{ kind: 'createAccountsSecret', set: facts.set }], lookAgainAfterMs: 0 };
  }
  const record = facts.record.value ?? emptyRecord(facts.members[0]?.name ?? '');
  const judged = judgeAll(facts, record, now.getTime());
  const steps = oneRecordAtATime(
    judged.flatMap(({ verdict }) => (verdict.step === undefined ? [] : [verdict.step])),
  );
  const actions = [...judged.flatMap(show), ...steps];
  const waitingFor = waitOf(judged);
  return { actions, ...(waitingFor && { waitingFor }), lookAgainAfterMs: pause(judged, steps.length > 0) };
}

function judgeAll(facts: SetFacts, record: StateRecord, nowMs: number): Judged[] {
  const first = facts.members.find((member) => member.name === record.primary);
  if (first === undefined) return [];
  const primaryJudged = { member: first, verdict: primaryVerdict(first, facts, record) };
  const primary = servingPrimary(primaryJudged);
  const primaryLeaving = first.pod?.metadata?.deletionTimestamp !== undefined;
  const judged: Judged[] = [primaryJudged];
  for (const member of facts.members) {
    if (member === first) continue;
    const donors = judged
      .filter(canGive)
      .map((other) => other.member.name)
      .toReversed();
    const context = { facts, record, primary, primaryLeaving, donors, nowMs };
    judged.push({ member, verdict: replicaVerdict(member, context) });
  }
  return judged;
}

function servingPrimary({ member, verdict }: Judged): { name: string; server: ServerFacts } | undefined {
  if (verdict.state !== 'Primary' || member.inspection?.kind !== 'answered') return undefined;
  return { name: member.name, server: member.inspection.server };
}

// A donor must have its name in DNS, so it must be shown as ready already.
function canGive({ member, verdict }: Judged): boolean {
  return READY_STATES.has(verdict.state) && member.pod !== undefined && isPodReady(member);
}

function isPodReady({ pod }: MemberFacts): boolean {
  return pod?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

// Records are written whole: a second one in the same pass would undo the first.
function oneRecordAtATime(steps: readonly OperatorAction[]): readonly OperatorAction[] {
  const first = steps.find((step) => step.kind === 'record');
  return steps.filter((step) => step.kind !== 'record' || step === first);
}

function show({ member, verdict }: Judged): OperatorAction[] {
  const { pod } = member;
  if (pod === undefined || pod.metadata?.deletionTimestamp !== undefined) return [];
  const { state, message } = verdict;
  const ready = READY_STATES.has(state);
  const shown = readCondition(pod);
  if (shown !== undefined && shown.ready === ready && shown.reason === state && shown.message === message)
    return [];
  return [{ kind: 'show', pod, state, ready, message }];
}

function waitOf(judged: readonly Judged[]): Waiting | undefined {
  const held = judged.find(({ verdict }) => !READY_STATES.has(verdict.state));
  if (held === undefined) return undefined;
  const { member, verdict } = held;
  return {
    reason: verdict.state,
    message: verdict.message,
    on: {
      kind: 'Pod',
      name: member.name,
      ...(member.pod?.metadata?.namespace && { namespace: member.pod.metadata.namespace }),
    },
    ...(verdict.unblockedBy && { unblockedBy: verdict.unblockedBy }),
  };
}

function pause(judged: readonly Judged[], acted: boolean): number {
  if (acted) return 0;
  const moving = judged.some(
    ({ member, verdict }) =>
      member.inspection !== undefined &&
      !READY_STATES.has(verdict.state) &&
      !TROUBLED_STATES.has(verdict.state),
  );
  return moving ? MOVING_MS : SETTLED_MS;
}

function blind({ set }: SetFacts, reason: string, why: string): Plan<OperatorAction> {
  const { name = '', namespace } = set.metadata ?? {};
  const on = { kind: 'StatefulSet', name, ...(namespace && { namespace }) };
  return { actions: [], waitingFor: { reason, message: why, on }, lookAgainAfterMs: SETTLED_MS };
}
