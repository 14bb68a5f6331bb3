import type { Connection, RowDataPacket } from 'mysql2/promise';
import { createConnection } from 'mysql2/promise';
import type { Kubectl } from './kubectl.js';

/** Root's password in the course's manifests. */
export const rootPassword = 'example';

/** A row as the mysql client prints it; NULL is the text NULL. */
export type TextRow = Readonly<Record<string, string>>;

/** Asks the server of a Pod itself, by the mysql client in that Pod; works whether the Pod is ready or not. */
export async function ask(kubectl: Kubectl, pod: string, statement: string): Promise<readonly TextRow[]> {
  const client = ['mysql', '-uroot', `-p${rootPassword}`, '--batch', '-e', statement];
  return rowsOf(await kubectl.ok(['exec', pod, '-c', 'mysql', '--', ...client]));
}

/** The only value of the only row. */
export async function askValue(kubectl: Kubectl, pod: string, statement: string): Promise<string> {
  const [row] = await ask(kubectl, pod, statement);
  return Object.values(row ?? {})[0] ?? '';
}

/** Reads what `mysql --batch` prints: a line of names, then a line a row. */
export function rowsOf(text: string): readonly TextRow[] {
  const [head, ...lines] = text.split('\n').filter((line) => line !== '');
  const names = head?.split('\t') ?? [];
  return lines.map((line) => {
    const values = line.split('\t');
    return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
  });
}

/** What a replica says of its channel. */
export interface ReplicaStatus {
  readonly sourceHost: string;
  readonly running: boolean;
  readonly lagSeconds: number | undefined;
  readonly autoPosition: boolean;
  readonly error: string;
}

/** SHOW REPLICA STATUS of a Pod's server; undefined when it has no channel. */
export async function replicaStatus(kubectl: Kubectl, pod: string): Promise<ReplicaStatus | undefined> {
  const [row] = await ask(kubectl, pod, 'SHOW REPLICA STATUS');
  if (row === undefined) return undefined;
  const lag = Number(row['Seconds_Behind_Source']);
  return {
    sourceHost: row['Source_Host'] ?? '',
    running: row['Replica_IO_Running'] === 'Yes' && row['Replica_SQL_Running'] === 'Yes',
    lagSeconds: Number.isNaN(lag) ? undefined : lag,
    autoPosition: row['Auto_Position'] === '1',
    error: `${row['Last_IO_Error'] ?? ''}${row['Last_SQL_Error'] ?? ''}`,
  };
}

/** What a server was cloned from, by its own account; undefined when it was never cloned. */
export async function cloneStatus(kubectl: Kubectl, pod: string): Promise<TextRow | undefined> {
  const columns = 'STATE, SOURCE, BEGIN_TIME, END_TIME, ERROR_NO';
  const [row] = await ask(kubectl, pod, `SELECT ${columns} FROM performance_schema.clone_status`);
  return row;
}

/** Connects to a published port of this machine. */
export function connectTo(port: number): Promise<Connection> {
  return createConnection({
    host: '127.0.0.1',
    port,
    user: 'root',
    password: rootPassword,
    connectTimeout: 2_000,
  });
}

/** One connection, one statement, its rows. */
export async function queryPort(port: number, statement: string): Promise<readonly RowDataPacket[]> {
  const connection = await connectTo(port);
  try {
    const [rows] = await connection.query<RowDataPacket[]>(statement);
    return rows;
  } finally {
    connection.destroy();
  }
}
