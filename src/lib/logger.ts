import { type DestinationStream, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';
import type { LogFields, Logger } from './log.js';

/** From which level on a line is written. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Where log lines go (JSON, one a line; standard output unless given) and from which level on. */
export interface LoggerOptions {
  readonly level?: LogLevel;
  readonly destination?: DestinationStream;
  /** Fields of every line. */
  readonly fields?: LogFields;
}

function wrap(target: PinoLogger): Logger {
  return {
    debug: (message, fields) => target.debug(fields, message),
    info: (message, fields) => target.info(fields, message),
    warn: (message, fields) => target.warn(fields, message),
    error: (message, fields) => target.error(fields, message),
    child: (fields) => wrap(target.child(fields)),
  };
}

/** A logger that writes JSON lines; an Error under the key `error` is written with its message, stack and cause. */
export function createLogger(options: LoggerOptions = {}): Logger {
  const settings = {
    level: options.level ?? 'info',
    base: options.fields ?? null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { error: pino.stdSerializers.err, err: pino.stdSerializers.err },
  };
  return wrap(options.destination === undefined ? pino(settings) : pino(settings, options.destination));
}
