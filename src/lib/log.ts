/** Values that may stand in a log line. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Structured log; `child` adds fields to every line that follows. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  child(fields: LogFields): Logger;
}

function ignore(): void {}

/** A logger that drops everything; for tests and short-lived tools. */
export const silentLogger: Logger = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  child: () => silentLogger,
};
