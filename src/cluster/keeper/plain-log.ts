import { writeSync } from 'node:fs';
import type { Clock } from '../../lib/clock.js';
import { messageOf } from '../../lib/errors.js';
import type { LogFields, Logger } from '../../lib/log.js';

/**
 * JSON lines to a descriptor, with nothing behind it: the keeper must stay small, and what it says before it dies must be on disk.
 */
export function createPlainLog(clock: Clock, fd = 2, base: LogFields = {}): Logger {
  const write = (level: string, message: string, fields: LogFields = {}): void => {
    const shown = Object.entries(fields).map(([key, value]) => [
      key,
      value instanceof Error ? messageOf(value) : value,
    ]);
    const time = new Date(clock.now()).toISOString();
    writeSync(
      fd,
      `${JSON.stringify({ level, time, ...base, ...Object.fromEntries(shown), msg: message })}\n`,
    );
  };
  return {
    debug: () => {},
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
    child: (fields) => createPlainLog(clock, fd, { ...base, ...fields }),
  };
}
