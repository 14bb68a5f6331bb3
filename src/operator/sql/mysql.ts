import { type Connection, createConnection, type QueryError } from 'mysql2/promise';
import { inspectProgress, inspectServer } from './inspect.js';
import { type ServerFacts, SqlError, type SqlPort, type SqlStep, type SqlTarget } from './port.js';
import { EXPECTED_ERRORS, mysqlStatements } from './statements.js';

const CONNECT_TIMEOUT_MS = 2_000;
/** A look or a step that takes longer is given up; CLONE alone may take its time. */
const STATEMENT_TIMEOUT_MS = 10_000;
const ACCESS_DENIED = new Set([1044, 1045, 1698, 3118, 3955]);
/** A server that stops, or was stopped under a statement: 1053 shutdown in progress, 1927 and 3169 session killed. */
const GOING_AWAY = new Set([1053, 1927, 3169]);
const CONNECTION_CODES = /^(E[A-Z]+|PROTOCOL_CONNECTION_LOST|HANDSHAKE_.*)$/;

interface Session {
  readonly login: string;
  readonly connection: Connection;
}

/** Speaks to MySQL over its own protocol, by TLS without a check of the certificate (servers make their own). */
export function mysqlPort(): SqlPort {
  const sessions = new Map<string, Session>();

  const forget = (id: string): void => {
    sessions.get(id)?.connection.destroy();
    sessions.delete(id);
  };

  const session = async (target: SqlTarget): Promise<Connection> => {
    const login = `${target.host}:${target.port} ${target.user} ${target.password}`;
    const there = sessions.get(target.id);
    if (there?.login === login) return there.connection;
    forget(target.id);
    const connection = await connect(target);
    sessions.set(target.id, { login, connection });
    return connection;
  };

  return {
    inspect: (target) =>
      guarded(
        target,
        forget,
        async (): Promise<ServerFacts> => inspectServer(await session(target), STATEMENT_TIMEOUT_MS),
      ),
    run: async (target, step) => {
      // A step has a session of its own: CLONE ends its, and session variables must not leak into the looks.
      const connection = await guarded(target, forget, () => connect(target));
      try {
        await runStep(connection, step);
      } finally {
        connection.destroy();
      }
    },
    progress: async (target) => {
      const connection = await guarded(target, forget, () => connect(target));
      try {
        return await inspectProgress(connection, STATEMENT_TIMEOUT_MS);
      } finally {
        connection.destroy();
      }
    },
    forget,
    [Symbol.asyncDispose]: async () => {
      for (const id of [...sessions.keys()]) forget(id);
    },
  };
}

async function runStep(connection: Connection, step: SqlStep): Promise<void> {
  const expected = EXPECTED_ERRORS[step.kind] ?? [];
  for (const sql of mysqlStatements(step)) {
    const timeout = sql.startsWith('CLONE') ? undefined : STATEMENT_TIMEOUT_MS;
    try {
      await connection.query({ sql, timeout });
    } catch (error) {
      const failure = asSqlError(error, step.kind);
      if (expected.includes(failure.number)) continue;
      if (step.kind === 'clone' && failure.failure === 'unreachable') return;
      throw failure;
    }
  }
}

async function connect(target: SqlTarget): Promise<Connection> {
  const connection = await createConnection({
    host: target.host,
    port: target.port,
    user: target.user,
    password: target.password,
    connectTimeout: CONNECT_TIMEOUT_MS,
    multipleStatements: true,
    ssl: { rejectUnauthorized: false },
  });
  // An idle session may die at any time; the next use finds out.
  connection.on('error', () => undefined);
  return connection;
}

async function guarded<T>(
  target: SqlTarget,
  forget: (id: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    forget(target.id);
    throw asSqlError(error, `${target.user}@${target.host}:${target.port}`);
  }
}

function asSqlError(error: unknown, what: string): SqlError {
  if (error instanceof SqlError) return error;
  if (!(error instanceof Error)) return new SqlError('refused', 0, `${what}: ${String(error)}`);
  const { errno = 0, code = '' }: Partial<QueryError> = error;
  const message = `${what}: ${error.message}`;
  if (ACCESS_DENIED.has(errno)) return new SqlError('denied', errno, message, { cause: error });
  if (errno <= 0 || GOING_AWAY.has(errno) || CONNECTION_CODES.test(code))
    return new SqlError('unreachable', Math.max(errno, 0), message, { cause: error });
  return new SqlError('refused', errno, message, { cause: error });
}
