/** How a server is reached. `id` changes when the server behind the address does (the Pod's uid). */
export interface SqlTarget {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** The replication channel of a replica, from SHOW REPLICA STATUS. */
export interface ChannelFacts {
  readonly sourceHost: string;
  readonly sourceUser: string;
  readonly io: 'Yes' | 'No' | 'Connecting';
  readonly sql: boolean;
  readonly autoPosition: boolean;
  /** Seconds_Behind_Source; undefined while the server does not know. */
  readonly lagSeconds: number | undefined;
  /** Seconds since the source was last heard (heartbeat or event); undefined before the first. */
  readonly silentSeconds: number | undefined;
  /** The last error of either thread, with its number; undefined when there is none. */
  readonly error: { readonly number: number; readonly message: string } | undefined;
}

/** performance_schema.clone_status of the last CLONE that this server received. */
export interface CloneFacts {
  readonly state: 'Not Started' | 'In Progress' | 'Completed' | 'Failed';
  readonly source: string;
  readonly error: { readonly number: number; readonly message: string } | undefined;
  /** Whether a session is really cloning now: after a kill the state says In Progress for ever. */
  readonly running: boolean;
  /** Bytes copied and expected, of the stage that runs. */
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** What one look at a server says. */
export interface ServerFacts {
  readonly version: string;
  readonly serverUuid: string;
  readonly serverId: number;
  readonly gtidMode: 'OFF' | 'OFF_PERMISSIVE' | 'ON_PERMISSIVE' | 'ON';
  readonly enforceGtidConsistency: 'OFF' | 'WARN' | 'ON';
  readonly readOnly: boolean;
  readonly superReadOnly: boolean;
  readonly gtidExecuted: string;
  readonly gtidPurged: string;
  /** The persisted value: it acts at the next start. */
  readonly skipReplicaStart: boolean;
  readonly replicaNetTimeoutSeconds: number;
  readonly clonePlugin: boolean;
  /** Tables outside MySQL's own schemas and when the oldest was made, milliseconds since the epoch; looked up only while there is no channel. */
  readonly tables: { readonly count: number; readonly oldestMs: number | undefined };
  readonly ongoingAnonymousTransactions: number;
  readonly channel: ChannelFacts | undefined;
  readonly clone: CloneFacts | undefined;
}

/** How far a CLONE into a server is, bytes. */
export interface CloneProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** A user and password. */
export interface Account {
  readonly user: string;
  readonly password: string;
}

/** One procedure on one server, as data; a dialect turns it into statements. Safe to repeat. */
export type SqlStep =
  | { readonly kind: 'createAccounts'; readonly operator: Account; readonly replication: Account }
  | {
      readonly kind: 'configure';
      readonly serverId: number;
      readonly installClone: boolean;
      readonly locked: boolean;
    }
  | {
      readonly kind: 'gtid';
      readonly variable: 'enforce_gtid_consistency' | 'gtid_mode';
      readonly to: string;
    }
  | { readonly kind: 'lock' }
  | { readonly kind: 'unlock' }
  | {
      readonly kind: 'clone';
      readonly donorHost: string;
      readonly donorPort: number;
      readonly account: Account;
    }
  | {
      readonly kind: 'follow';
      readonly sourceHost: string;
      readonly sourcePort: number;
      readonly account: Account;
    }
  | { readonly kind: 'startReplica' }
  | { readonly kind: 'pauseReplica' };

/** Why a server did not answer as asked. */
export type SqlFailure = 'unreachable' | 'denied' | 'refused';

/** A statement or a login failed. `number` is MySQL's error number, 0 where there is none. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
  readonly failure: SqlFailure;
  readonly number: number;
  constructor(failure: SqlFailure, number: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
    this.number = number;
  }
}

/** Speaks to MySQL servers; keeps one session a server between looks. Failures are SqlErrors. */
export interface SqlPort extends AsyncDisposable {
  inspect(target: SqlTarget): Promise<ServerFacts>;
  /** Runs one step; 'clone' ends when the server has what it fetched and is about to restart. */
  run(target: SqlTarget, step: SqlStep): Promise<void>;
  /** How far the CLONE into a server is, by a session of its own that ends at once. */
  progress(target: SqlTarget): Promise<CloneProgress>;
  /** Drops the session to a server that is gone. */
  forget(id: string): void;
}
