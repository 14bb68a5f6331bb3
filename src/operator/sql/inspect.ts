import type { Connection } from 'mysql2/promise';
import type { ChannelFacts, CloneFacts, CloneProgress, ServerFacts } from './port.js';
import { type Row, Rows } from './rows.js';

const VARIABLES = `SELECT VERSION() AS version, @@server_uuid AS server_uuid, @@global.server_id AS server_id,
 @@global.gtid_mode AS gtid_mode, @@global.enforce_gtid_consistency AS enforce_gtid_consistency,
 @@global.read_only AS read_only, @@global.super_read_only AS super_read_only,
 @@global.gtid_executed AS gtid_executed, @@global.gtid_purged AS gtid_purged,
 @@global.replica_net_timeout AS replica_net_timeout,
 (SELECT VARIABLE_VALUE FROM performance_schema.persisted_variables
   WHERE VARIABLE_NAME = 'skip_replica_start') AS skip_replica_start,
 (SELECT COUNT(*) FROM information_schema.PLUGINS WHERE PLUGIN_NAME = 'clone' AND PLUGIN_STATUS = 'ACTIVE') AS clone_plugin,
 (SELECT VARIABLE_VALUE FROM performance_schema.global_status
   WHERE VARIABLE_NAME = 'Ongoing_anonymous_transaction_count') AS anonymous_transactions`;

const TABLES = `SELECT COUNT(*) AS tables, UNIX_TIMESTAMP(MIN(CREATE_TIME)) AS oldest FROM information_schema.TABLES
 WHERE TABLE_SCHEMA NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')`;

const CHANNEL = `SHOW REPLICA STATUS;
SELECT TIMESTAMPDIFF(SECOND, LAST_HEARTBEAT_TIMESTAMP, NOW()) AS heartbeat_age, COUNT_RECEIVED_HEARTBEATS AS heartbeats,
 TIMESTAMPDIFF(SECOND, LAST_QUEUED_TRANSACTION_END_QUEUE_TIMESTAMP, NOW()) AS queued_age
 FROM performance_schema.replication_connection_status WHERE CHANNEL_NAME = ''`;

const PROGRESS = `SELECT COALESCE(SUM(DATA), 0) AS done, COALESCE(SUM(ESTIMATE), 0) AS total FROM performance_schema.clone_progress
 WHERE STAGE IN ('FILE COPY', 'PAGE COPY', 'REDO COPY')`;

const CLONE = `SELECT s.STATE AS state, s.SOURCE AS source, s.ERROR_NO AS error_no, s.ERROR_MESSAGE AS error_message,
 (SELECT COUNT(*) FROM performance_schema.processlist p WHERE p.INFO LIKE 'CLONE INSTANCE%') AS running
 FROM performance_schema.clone_status s;
${PROGRESS}`;

/** Takes one look at a server: two to four round trips. `timeoutMs` holds for each. */
export async function inspectServer(connection: Connection, timeoutMs: number): Promise<ServerFacts> {
  const ask = async (sql: string): Promise<Rows> =>
    Rows.of((await connection.query({ sql, timeout: timeoutMs }))[0]);
  const variables = (await ask(VARIABLES)).first();
  if (variables === undefined) throw new Error('the server answered no row for its variables');
  const channel = await ask(CHANNEL);
  const tables = channel.first() === undefined ? (await ask(TABLES)).first() : undefined;
  const clonePlugin = variables.number('clone_plugin') > 0;
  const clone = clonePlugin ? await ask(CLONE) : undefined;
  return {
    version: variables.text('version'),
    serverUuid: variables.text('server_uuid'),
    serverId: variables.number('server_id'),
    gtidMode: variables.oneOf('gtid_mode', ['OFF', 'OFF_PERMISSIVE', 'ON_PERMISSIVE', 'ON']),
    enforceGtidConsistency: variables.oneOf('enforce_gtid_consistency', ['OFF', 'WARN', 'ON']),
    readOnly: variables.flag('read_only'),
    superReadOnly: variables.flag('super_read_only'),
    gtidExecuted: variables.text('gtid_executed').replaceAll('\n', ''),
    gtidPurged: variables.text('gtid_purged').replaceAll('\n', ''),
    skipReplicaStart: variables.flag('skip_replica_start'),
    replicaNetTimeoutSeconds: variables.number('replica_net_timeout'),
    clonePlugin,
    tables: tablesOf(tables),
    ongoingAnonymousTransactions: variables.number('anonymous_transactions'),
    channel: channelOf(channel),
    clone: clone && cloneOf(clone),
  };
}

/** How far the CLONE into a server is. `timeoutMs` holds for the look. */
export async function inspectProgress(connection: Connection, timeoutMs: number): Promise<CloneProgress> {
  const row = Rows.of((await connection.query({ sql: PROGRESS, timeout: timeoutMs }))[0]).first();
  return { doneBytes: row?.number('done') ?? 0, totalBytes: row?.number('total') ?? 0 };
}

function tablesOf(row: Row | undefined): ServerFacts['tables'] {
  const oldest = row?.optionalNumber('oldest');
  return { count: row?.number('tables') ?? 0, oldestMs: oldest === undefined ? undefined : oldest * 1000 };
}

function channelOf(rows: Rows): ChannelFacts | undefined {
  const status = rows.first();
  if (status === undefined) return undefined;
  const heard = rows.first(1);
  const ages = heard === undefined ? [] : [heartbeatAge(heard), heard.optionalNumber('queued_age')];
  const known = ages.filter((age) => age !== undefined);
  return {
    sourceHost: status.text('Source_Host'),
    sourceUser: status.text('Source_User'),
    io: status.oneOf('Replica_IO_Running', ['Yes', 'No', 'Connecting']),
    sql: status.text('Replica_SQL_Running') === 'Yes',
    autoPosition: status.number('Auto_Position') === 1,
    lagSeconds: status.optionalNumber('Seconds_Behind_Source'),
    silentSeconds: known.length === 0 ? undefined : Math.min(...known),
    error:
      errorOf(status, 'Last_SQL_Errno', 'Last_SQL_Error') ??
      errorOf(status, 'Last_IO_Errno', 'Last_IO_Error'),
  };
}

function heartbeatAge(heard: Row): number | undefined {
  return heard.number('heartbeats') === 0 ? undefined : heard.optionalNumber('heartbeat_age');
}

function cloneOf(rows: Rows): CloneFacts | undefined {
  const status = rows.first();
  if (status === undefined) return undefined;
  const progress = rows.first(1);
  return {
    state: status.oneOf('state', ['Not Started', 'In Progress', 'Completed', 'Failed']),
    source: status.text('source'),
    error: errorOf(status, 'error_no', 'error_message'),
    running: status.number('running') > 0,
    doneBytes: progress?.number('done') ?? 0,
    totalBytes: progress?.number('total') ?? 0,
  };
}

function errorOf(
  row: Row,
  numberField: string,
  textField: string,
): { number: number; message: string } | undefined {
  const number = row.number(numberField);
  return number === 0 ? undefined : { number, message: row.text(textField) };
}
