import type { Pod } from '../api/generated/core-v1.js';
import type { OperatorAction } from './actions.js';
import type { MemberFacts, SetFacts } from './facts.js';
import { FIRST_SERVER_ID } from './names.js';
import type { ServerFacts, SqlStep } from './sql/port.js';
import { type MemberState, waysOn } from './states.js';

/** What a member is in, what is said of it, and the one step that moves it on (none when it only waits). */
export interface Verdict {
  readonly state: MemberState;
  readonly message: string;
  readonly step?: OperatorAction;
  /** What would let it go on, where no step of ours does. */
  readonly unblockedBy?: string;
}

/** A member whose server answered. */
export interface AnsweringMember extends MemberFacts {
  readonly pod: Pod;
  readonly server: ServerFacts;
}

/** The first thing that stands between a member and its role: is there a server that lets the operator in? */
export function reach(member: MemberFacts, facts: SetFacts): Verdict | AnsweringMember {
  const { pod, inspection, name } = member;
  if (pod === undefined) return { state: 'Starting', message: `${name} does not exist yet` };
  if (pod.metadata?.deletionTimestamp !== undefined)
    return { state: 'Starting', message: `${name} is being deleted` };
  if (inspection === undefined)
    return { state: 'Starting', message: `the container of ${name} is not running yet` };
  switch (inspection.kind) {
    case 'answered':
      return { ...member, pod, server: inspection.server };
    case 'unreachable':
      return {
        state: 'Unreachable',
        message: `the server of ${name} does not answer`,
        unblockedBy: waysOn.Unreachable(name),
      };
    case 'denied':
      return {
        state: 'AccessDenied',
        message: `${name} lets neither the operator nor root in: ${inspection.why}`,
        unblockedBy: waysOn.AccessDenied(),
      };
    case 'rootOnly':
      return accountsStep(pod, facts);
  }
}

/** Whether `reach` found a server. */
export function answers(found: Verdict | AnsweringMember): found is AnsweringMember {
  return 'server' in found;
}

function accountsStep(pod: Pod, facts: SetFacts): Verdict {
  const accounts = facts.accounts.known ? facts.accounts.value : undefined;
  const message = "the operator's own accounts are being made";
  if (accounts === undefined) return { state: 'Configuring', message };
  return configuring(pod, 'root', { kind: 'createAccounts', ...accounts }, message);
}

/** The next setting that replication needs; undefined when all stand. One GTID step a pass: MySQL takes no jump. */
export function settingsStep(member: AnsweringMember, locked: boolean): Verdict | undefined {
  const { server, pod, ordinal } = member;
  const serverId = FIRST_SERVER_ID + ordinal;
  const settled =
    server.serverId === serverId &&
    server.skipReplicaStart &&
    server.replicaNetTimeoutSeconds === 4 &&
    server.clonePlugin &&
    (server.superReadOnly || !locked);
  if (!settled) {
    // Plugins cannot be installed on a locked server; locking comes last.
    const installClone = !server.clonePlugin;
    const step: SqlStep = { kind: 'configure', serverId, installClone, locked };
    return configuring(pod, 'operator', step, 'server id, clone plugin and read-only mode are being set');
  }
  return gtidStep(member);
}

function gtidStep({ server, pod }: AnsweringMember): Verdict | undefined {
  const message = `GTIDs are being turned on (gtid_mode is ${server.gtidMode})`;
  const set = (variable: 'enforce_gtid_consistency' | 'gtid_mode', to: string): Verdict =>
    configuring(pod, 'operator', { kind: 'gtid', variable, to }, message);
  if (server.gtidMode === 'ON') return undefined;
  if (server.enforceGtidConsistency === 'OFF') return set('enforce_gtid_consistency', 'WARN');
  if (server.enforceGtidConsistency === 'WARN') return set('enforce_gtid_consistency', 'ON');
  if (server.gtidMode === 'OFF') return set('gtid_mode', 'OFF_PERMISSIVE');
  if (server.gtidMode === 'OFF_PERMISSIVE') return set('gtid_mode', 'ON_PERMISSIVE');
  if (server.ongoingAnonymousTransactions > 0) {
    const waits = `gtid_mode waits for ${server.ongoingAnonymousTransactions} transactions without GTID to end`;
    return { state: 'Configuring', message: waits, unblockedBy: 'commit or end the open transactions' };
  }
  return set('gtid_mode', 'ON');
}

/** A verdict whose step is a procedure on the member's server. */
export function configuring(pod: Pod, as: 'root' | 'operator', step: SqlStep, message: string): Verdict {
  return { state: 'Configuring', message, step: { kind: 'sql', pod, as, step } };
}
