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

const startOver = (member: string): string =>
  `save what is needed from ${member}, then delete its claim and the Pod`;

/** What would let a member go on, in those states that no step of the operator's ends. */
export const waysOn = {
  Unreachable: (member) => `its server answers; kubectl logs ${member} tells what it does`,
  AccessDenied: () => 'give the container the root password that its data directory was made with',
  LostData: (member) =>
    `put the volume of ${member} back; or, to begin again with nothing, delete the set, its claims and the ConfigMap of its state`,
  DataNotOnVolume: () => 'mount a volume at /var/lib/mysql',
  ForeignData: startOver,
  ErrantTransactions: (member) => `${startOver(member)}: it is cloned again`,
  ReplicationStopped: () => 'the error is mended on the server; replication is started again at each look',
  Lagging: () => 'it catches up, or annotation mysql.holdfast.dev/max-lag-seconds of the set allows more',
} as const satisfies Partial<Record<MemberState, (member: string) => string>>;

/** What would let members go on that have no headless Service for their names. */
export function serviceWayOn(service: string, exists: boolean): string {
  return `${exists ? 'make' : 'create'} Service ${service} with clusterIP: None`;
}
