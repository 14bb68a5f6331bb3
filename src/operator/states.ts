/**
 * The states of a member: the same words in code, conditions, Events and docs (README.md has the moves).
 * Only Primary and Replicating are ready.
 */
export const MEMBER_STATES = [
  'Starting',
  'Unreachable',
  'AccessDenied',
  'Configuring',
  'Primary',
  'LostData',
  'NoService',
  'WaitingForPrimary',
  'WaitingForDonor',
  'DataNotOnVolume',
  'ForeignData',
  'Cloning',
  'Joining',
  'Replicating',
  'Lagging',
  'ReplicationStopped',
  'ErrantTransactions',
] as const;

/** The state of one member. */
export type MemberState = (typeof MEMBER_STATES)[number];

/** States in which a member serves. */
export const READY_STATES: ReadonlySet<MemberState> = new Set<MemberState>(['Primary', 'Replicating']);

/** States that a person should look at: their Events are warnings. */
export const TROUBLED_STATES: ReadonlySet<MemberState> = new Set<MemberState>([
  'AccessDenied',
  'LostData',
  'NoService',
  'DataNotOnVolume',
  'ForeignData',
  'Lagging',
  'ReplicationStopped',
  'ErrantTransactions',
]);
