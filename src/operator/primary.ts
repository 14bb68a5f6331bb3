import type { MemberFacts, SetFacts, StateRecord } from './facts.js';
import { isGtidSubset, parseGtidSet, subtractGtids, withoutSource } from './gtid.js';
import { waysOn } from './states.js';
import { type AnsweringMember, answers, configuring, reach, settingsStep, type Verdict } from './verdict.js';

/** What is recorded of a set that was never seen before. */
export function emptyRecord(primary: string): StateRecord {
  return { primary, epoch: 1, primaryUuid: undefined, cloned: [] };
}

/**
 * Brings the primary to Primary: settings, then the record, then writes. An empty server never becomes it while the
 * record or another member shows data.
 */
export function primaryVerdict(member: MemberFacts, facts: SetFacts, record: StateRecord): Verdict {
  const found = reach(member, facts);
  if (!answers(found)) return found;
  const lost = lostData(found, facts, record);
  if (lost !== undefined) return lost;
  const settings = settingsStep(found, false);
  if (settings !== undefined) return settings;
  const { server, pod, name } = found;
  if (record.primaryUuid !== server.serverUuid) {
    const next = { ...record, primary: name, primaryUuid: server.serverUuid };
    return {
      state: 'Configuring',
      message: `${name} is being recorded as the primary`,
      step: { kind: 'record', set: facts.set, record: next },
    };
  }
  if (server.superReadOnly || server.readOnly) {
    return configuring(pod, 'operator', { kind: 'unlock' }, `${name} is being opened for writes`);
  }
  return { state: 'Primary', message: `${name} takes writes` };
}

function lostData(member: AnsweringMember, facts: SetFacts, record: StateRecord): Verdict | undefined {
  const evidence = recordedElsewhere(member, record) ?? heldByAnother(member, facts);
  if (evidence === undefined) return undefined;
  const { server, pod, name } = member;
  return {
    state: 'LostData',
    message: `${name} has lost its data: ${evidence}. It stays closed, so that an empty server does not become the primary.`,
    unblockedBy: waysOn.LostData(name),
    ...(server.superReadOnly
      ? {}
      : { step: { kind: 'sql', pod, as: 'operator', step: { kind: 'lock' } } as const }),
  };
}

// A data directory that only lost its auto.cnf has a new UUID and still the old one's transactions.
function recordedElsewhere({ server }: AnsweringMember, record: StateRecord): string | undefined {
  const recorded = record.primaryUuid;
  if (recorded === undefined || recorded === server.serverUuid) return undefined;
  const executed = parseGtidSet(server.gtidExecuted);
  if (withoutSource(executed, recorded).size < executed.size) return undefined;
  return `server ${recorded} held it, and this is the new server ${server.serverUuid}`;
}

function heldByAnother(member: AnsweringMember, facts: SetFacts): string | undefined {
  const own = parseGtidSet(member.server.gtidExecuted);
  const holder = facts.members.find((other) => {
    if (other.ordinal === member.ordinal || other.inspection?.kind !== 'answered') return false;
    const { server } = other.inspection;
    // Only what it fetched counts: its own transactions may be of its own initialisation.
    if (server.channel === undefined && server.clone?.state !== 'Completed') return false;
    const fetched = withoutSource(
      withoutSource(parseGtidSet(server.gtidExecuted), server.serverUuid),
      member.server.serverUuid,
    );
    return !isGtidSubset(fetched, own) && subtractGtids(fetched, own).size > 0;
  });
  return holder && `${holder.name} has transactions that it does not have`;
}
