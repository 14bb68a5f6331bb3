import type { Connection } from 'mysql2/promise';
import { until } from './eventually.js';
import { connectTo } from './mysql.js';

/** What became of a stream of writes. */
export interface WriteReport {
  /** Numbers of the rows whose commit the server acknowledged. */
  readonly acknowledged: readonly number[];
  readonly failed: number;
  /** The longest time between two acknowledged writes, seconds. */
  readonly longestGapSeconds: number;
}

/** A client that writes row after row until it is stopped. */
export interface WriteStream extends AsyncDisposable {
  report(): WriteReport;
  stop(): Promise<WriteReport>;
}

/** How long one attempt may take, milliseconds: a connection that hangs must not count as the server's absence. */
export const attemptMs = 2_000;

/** A client that may lose its connection at any moment. */
export interface Writer {
  /** Writes a number, connecting first where needed; resolves when the server has acknowledged it, and rejects when it does not in a few seconds. */
  write(number: number): Promise<unknown>;
  /** Lets go of the connection, whatever its state. */
  reset(): void;
}

/** Writes number after number, reconnecting as an application would; a number is tried once. */
export function startWrites(writer: Writer): WriteStream {
  const acknowledged: number[] = [];
  let failed = 0;
  let longestGapMs = 0;
  let lastMs = performance.now();
  let stopping = false;
  const writeOne = async (number: number): Promise<void> => {
    await writer.write(number);
    const now = performance.now();
    longestGapMs = Math.max(longestGapMs, now - lastMs);
    lastMs = now;
    acknowledged.push(number);
  };
  const work = async (): Promise<void> => {
    for (let number = 1; !stopping; number += 1) {
      try {
        await writeOne(number);
      } catch {
        failed += 1;
        writer.reset();
        await pause();
      }
    }
    writer.reset();
  };
  const done = work();
  const report = (): WriteReport => ({ acknowledged, failed, longestGapSeconds: longestGapMs / 1000 });
  const stop = async (): Promise<WriteReport> => {
    stopping = true;
    await done;
    return report();
  };
  return {
    report,
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };
}

/** Waits until so many more writes are acknowledged. */
export function writesGoOn(stream: WriteStream, more = 100): Promise<unknown> {
  const before = stream.report().acknowledged.length;
  return until(
    'writes go on',
    () => stream.report().acknowledged.length,
    (count) => count > before + more,
    { timeoutMs: 60_000 },
  );
}

/** Writes numbers into a table through a published port, one commit each. */
export function startWriting(port: number, table: string): WriteStream {
  let connection: Connection | undefined;
  return startWrites({
    write: async (number) => {
      connection ??= await connected(port);
      await inTime(connection.query(`INSERT INTO ${table} (id) VALUES (${number})`));
    },
    reset: () => {
      connection?.destroy();
      connection = undefined;
    },
  });
}

async function connected(port: number): Promise<Connection> {
  const connection = await inTime(connectTo(port));
  // A connection that breaks between two statements tells so by an event; the next statement fails, which is enough.
  connection.on('error', () => {});
  return connection;
}

/** An application waits a little before it tries again. */
function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 20);
  });
}

function inTime<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no answer in ${attemptMs} ms`)), attemptMs);
    work.then(resolve, reject).finally(() => clearTimeout(late));
  });
}
