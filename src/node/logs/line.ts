/** One line of a CRI log file: `TIME STREAM TAG CONTENT` (kubernetes/kubernetes, "CRI: Log management"). */
export interface LogLine {
  /** RFC 3339 with nanoseconds, as the runtime wrote it. */
  readonly time: string;
  readonly stream: 'stdout' | 'stderr';
  /** A part of a longer line: what follows belongs to it. */
  readonly partial: boolean;
  readonly content: Buffer;
}

const SPACE = 0x20;

/** Parses one line without its line feed; undefined for what is not of that form. */
export function parseLogLine(line: Buffer): LogLine | undefined {
  const first = line.indexOf(SPACE);
  const second = line.indexOf(SPACE, first + 1);
  const third = line.indexOf(SPACE, second + 1);
  if (first < 0 || second < 0) return undefined;
  const end = third < 0 ? line.length : third;
  const stream = line.toString('latin1', first + 1, second);
  if (stream !== 'stdout' && stream !== 'stderr') return undefined;
  const tags = line.toString('latin1', second + 1, end).split(':');
  return {
    time: line.toString('latin1', 0, first),
    stream,
    partial: tags[0] === 'P',
    content: third < 0 ? Buffer.alloc(0) : line.subarray(third + 1),
  };
}

/** What `kubectl logs` shows of lines; times in milliseconds since the epoch. */
export interface LineFilter {
  readonly sinceMs?: number;
  readonly timestamps?: boolean;
}

/** Turns log lines into what a client reads, joining the parts of long lines. One instance a reading. */
export class LineRenderer {
  readonly #filter: LineFilter;
  #midLine = false;

  constructor(filter: LineFilter) {
    this.#filter = filter;
  }

  /** The bytes to send for a raw line; empty when the line is filtered out or unreadable. */
  render(raw: Buffer): Buffer {
    const line = parseLogLine(raw);
    if (line === undefined) return Buffer.alloc(0);
    const { sinceMs, timestamps } = this.#filter;
    if (sinceMs !== undefined && Date.parse(line.time) < sinceMs) return Buffer.alloc(0);
    const head =
      timestamps === true && !this.#midLine ? Buffer.from(`${line.time} `, 'latin1') : Buffer.alloc(0);
    this.#midLine = line.partial;
    return Buffer.concat(line.partial ? [head, line.content] : [head, line.content, Buffer.from('\n')]);
  }
}
