import type { WatchOptions } from '../../api/resource-api.js';
import { expired, internal, StatusError } from '../../api/status-error.js';
import type { Clock } from '../../lib/clock.js';
import { messageOf } from '../../lib/errors.js';
import type { Entry } from '../../store/store.js';
import type { Registry } from '../registry/registry.js';
import type { Resource } from '../registry/resources.js';
import { type EntryEvent, watchEntries } from '../registry/watch.js';
import { type Exchange, setHead } from './exchange.js';
import { eventBytes, type View } from './render.js';

/** A watcher that lags by more than this many bytes is ended; it lists again and goes on from there. */
const maxBufferedBytes = 16 * 1024 * 1024;

/** How often a quiet watch learns how far it has come, in milliseconds. */
const bookmarkEveryMs = 60_000;

/** How long before its end a watch says once more how far it has come, in milliseconds. */
const lastBookmarkMs = 2000;

const between = Buffer.from(',"object":');
const end = Buffer.from('}\n');
const begin: { readonly [type: string]: Buffer } = Object.fromEntries(
  ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR'].map((type) => [
    type,
    Buffer.from(`{"type":"${type}"`),
  ]),
);

function lineOf(type: string, bytes: Uint8Array): Buffer {
  return Buffer.concat([begin[type] ?? begin['ERROR'] ?? end, between, bytes, end]);
}

/** The line that was made last: a change is told to one watcher after the other, and a thousand of them get the same bytes. */
class LastLine {
  #type = '';
  #value: Uint8Array | undefined;
  #line: Buffer = end;

  of(type: string, { value }: Entry): Buffer {
    if (value !== this.#value || type !== this.#type) {
      this.#line = lineOf(type, value);
      this.#value = value;
      this.#type = type;
    }
    return this.#line;
  }
}

const lastLine = new LastLine();

/** What is watched, and how it is shown. */
export interface WatchRequest {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly options: WatchOptions;
  readonly view: Omit<View, 'now'>;
  /** After this time the watch ends in peace, in milliseconds. */
  readonly timeoutMs: number;
}

/** Writes events as they come; one of these stands behind each watch over HTTP. */
class WatchStream {
  readonly #exchange: Exchange;
  readonly #request: WatchRequest;
  readonly #clock: Clock;
  #first = true;
  #buffered = 0;
  #ended = false;

  constructor(exchange: Exchange, request: WatchRequest, clock: Clock) {
    this.#exchange = exchange;
    this.#request = request;
    this.#clock = clock;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Sends one event; false when the client lags too far behind. */
  event({ type, entry }: EntryEvent): boolean {
    if (this.#ended) return true;
    const { resource, view } = this.#request;
    const bookmark = type === 'BOOKMARK';
    if (view.wanted.as === 'object') {
      this.#write(lastLine.of(type, entry));
    } else {
      const now = this.#clock.now();
      const bytes = eventBytes(resource, entry, { ...view, now, first: this.#first, bookmark });
      this.#write(lineOf(type, bytes));
    }
    if (!bookmark) this.#first = false;
    return this.#buffered <= maxBufferedBytes;
  }

  fail(error: unknown): void {
    if (this.#ended) return;
    const { status } = error instanceof StatusError ? error : internal(messageOf(error), error);
    this.#write(lineOf('ERROR', Buffer.from(JSON.stringify(status))));
    this.end();
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#exchange.response.end();
  }

  #write(line: Buffer): void {
    this.#buffered += line.length;
    this.#exchange.response.write(line, () => {
      this.#buffered -= line.length;
    });
  }
}

const lagging = 'the watch was ended because its client read too slowly; list again and watch from there';

/** Serves a watch until its time is up, its client goes, or the server stops. */
export async function serveWatch(
  exchange: Exchange,
  registry: Registry,
  request: WatchRequest,
): Promise<void> {
  const { clock } = registry;
  const stream = new WatchStream(exchange, request, clock);
  let lag = false;
  const tell = (event: EntryEvent): void => {
    if (lag || stream.event(event)) return;
    lag = true;
    stream.fail(expired(lagging));
    watch?.stop();
  };
  const begun: EntryEvent[] = [];
  let live: (event: EntryEvent) => void = (event) => begun.push(event);
  const { resource, namespace, options } = request;
  // Errors of the request itself (selectors, revisions) have to come before the head of the answer.
  const watch = watchEntries(registry, { resource, namespace, options }, (event) => live(event));
  setHead(exchange, 200, 'application/json');
  exchange.response.flushHeaders?.();
  live = tell;
  for (const event of begun) tell(event);
  const timeout = clock.after(request.timeoutMs, watch.stop);
  const stopBookmarks =
    options.allowWatchBookmarks === true
      ? bookmarks({ clock, endsAt: clock.now() + request.timeoutMs, make: () => watch.bookmark(), tell })
      : undefined;
  exchange.signal.addEventListener('abort', watch.stop, { once: true });
  if (exchange.signal.aborted || lag) watch.stop();
  try {
    await watch.closed;
    stream.end();
  } catch (error) {
    stream.fail(error);
  } finally {
    timeout.cancel();
    stopBookmarks?.();
    exchange.signal.removeEventListener('abort', watch.stop);
  }
}

/** When the next bookmark is due: every minute, and shortly before the watch ends, so that its client resumes from there. */
function nextBookmark(now: number, endsAt: number): number {
  const beforeEnd = endsAt - lastBookmarkMs;
  return beforeEnd <= now ? now + bookmarkEveryMs : Math.min(now + bookmarkEveryMs, beforeEnd);
}

interface Bookmarks {
  readonly clock: Clock;
  /** When the watch ends, in milliseconds since the epoch. */
  readonly endsAt: number;
  make(): EntryEvent | undefined;
  tell(event: EntryEvent): void;
}

function bookmarks({ clock, endsAt, make, tell }: Bookmarks): () => void {
  const wait = (): number => nextBookmark(clock.now(), endsAt) - clock.now();
  let timer = clock.after(wait(), tick);
  function tick(): void {
    const event = make();
    if (event === undefined) return;
    tell(event);
    timer = clock.after(wait(), tick);
  }
  return () => timer.cancel();
}
