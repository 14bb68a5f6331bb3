import type { Account, SqlStep } from './port.js';

/** What the operator's own account may do: everything the steps below and the looks need, and no table of the user's. */
const OPERATOR_PRIVILEGES = [
  'BACKUP_ADMIN',
  'CLONE_ADMIN',
  'CONNECTION_ADMIN',
  'CREATE USER',
  'PERSIST_RO_VARIABLES_ADMIN',
  'PROCESS',
  'RELOAD',
  'REPLICATION CLIENT',
  'REPLICATION SLAVE',
  'REPLICATION_SLAVE_ADMIN',
  'SHOW DATABASES',
  'SHUTDOWN',
  'SYSTEM_VARIABLES_ADMIN',
].join(', ');

/** Errors that mean "it is already so", by step. */
export const EXPECTED_ERRORS: Readonly<Partial<Record<SqlStep['kind'], readonly number[]>>> = {
  // 1125: the plugin is installed already.
  configure: [1125],
  // 3707: cloned, and nobody restarts mysqld from inside; 2013 and 2006: the connection went with the server.
  clone: [3707, 2013, 2006],
};

/** The statements of a step for MySQL 8.0.26 and newer, in order, on one session (recipes: MySQL manual, Clone Plugin and Replication). */
export function mysqlStatements(step: SqlStep): readonly string[] {
  switch (step.kind) {
    case 'createAccounts':
      return accountStatements(step.operator, step.replication);
    case 'configure':
      return configureStatements(step);
    case 'gtid':
      return [`SET PERSIST ${step.variable} = ${step.to}`];
    case 'lock':
      return ['SET PERSIST super_read_only = ON'];
    case 'unlock':
      // Turning super_read_only off leaves read_only on.
      return [
        'RESET PERSIST IF EXISTS super_read_only',
        'SET GLOBAL super_read_only = OFF',
        'SET GLOBAL read_only = OFF',
      ];
    case 'clone':
      return cloneStatements(step);
    case 'follow':
      return followStatements(step);
    case 'startReplica':
      return ['START REPLICA'];
    case 'pauseReplica':
      return ['STOP REPLICA IO_THREAD'];
  }
}

// Not binlogged: each server gets the accounts by itself or by CLONE, and no server may get a transaction of its own for it.
function accountStatements(operator: Account, replication: Account): string[] {
  const create = ({ user, password }: Account, grants: readonly string[]): string[] => [
    `CREATE USER IF NOT EXISTS ${text(user)}@'%' IDENTIFIED WITH caching_sha2_password BY ${text(password)}`,
    `ALTER USER ${text(user)}@'%' IDENTIFIED WITH caching_sha2_password BY ${text(password)}`,
    ...grants.map((grant) => `GRANT ${grant} TO ${text(user)}@'%'`),
  ];
  return [
    'SET SESSION sql_log_bin = OFF',
    'SET GLOBAL super_read_only = OFF',
    ...create(operator, [
      `${OPERATOR_PRIVILEGES} ON *.*`,
      'SELECT ON performance_schema.*',
      'INSERT, SELECT ON mysql.*',
    ]),
    ...create(replication, ['REPLICATION SLAVE, BACKUP_ADMIN ON *.*']),
  ];
}

function configureStatements(step: Extract<SqlStep, { kind: 'configure' }>): string[] {
  return [
    `SET PERSIST server_id = ${step.serverId}`,
    // A replica must notice a frozen or cut-off source; the default is 60 s.
    'SET PERSIST replica_net_timeout = 4',
    // A clone brings its donor's channel along: it must not start by itself.
    'SET PERSIST_ONLY skip_replica_start = ON',
    ...(step.installClone ? ["INSTALL PLUGIN clone SONAME 'mysql_clone.so'"] : []),
    ...(step.locked ? ['SET PERSIST super_read_only = ON'] : []),
  ];
}

function cloneStatements(step: Extract<SqlStep, { kind: 'clone' }>): string[] {
  const { donorHost, donorPort, account } = step;
  return [
    `SET PERSIST clone_valid_donor_list = ${text(`${donorHost}:${donorPort}`)}`,
    // CLONE fails with 1290 on a locked server that has schemas; the persisted ON is back after the restart.
    'SET GLOBAL super_read_only = OFF',
    `CLONE INSTANCE FROM ${text(account.user)}@${text(donorHost)}:${donorPort} IDENTIFIED BY ${text(account.password)}`,
  ];
}

function followStatements(step: Extract<SqlStep, { kind: 'follow' }>): string[] {
  const { sourceHost, sourcePort, account } = step;
  const options = [
    `SOURCE_HOST = ${text(sourceHost)}`,
    `SOURCE_PORT = ${sourcePort}`,
    `SOURCE_USER = ${text(account.user)}`,
    `SOURCE_PASSWORD = ${text(account.password)}`,
    'SOURCE_AUTO_POSITION = 1',
    'SOURCE_SSL = 1',
    'SOURCE_CONNECT_RETRY = 1',
    // 0 is for ever; the default gives up after ten tries.
    'SOURCE_RETRY_COUNT = 0',
    'SOURCE_HEARTBEAT_PERIOD = 1',
  ];
  return [
    'STOP REPLICA',
    'RESET REPLICA ALL',
    `CHANGE REPLICATION SOURCE TO ${options.join(', ')}`,
    'START REPLICA',
  ];
}

/** A string literal of MySQL, whatever the text holds. */
export function text(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
