import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../../lib/clock.js';
import { LineRenderer } from './line.js';
import { tailOffset } from './tail.js';

/** How a container's log is read. */
export interface ReadLogOptions {
  /** The log file that the runtime writes now; rotated ones lie beside it as `NAME.TIMESTAMP`. */
  readonly path: string;
  readonly follow?: boolean;
  readonly timestamps?: boolean;
  readonly tailLines?: number;
  readonly limitBytes?: number;
  /** Milliseconds since the epoch. */
  readonly sinceMs?: number;
  readonly clock: Clock;
  /** Whether the container may still write; a follower ends when it may not. */
  readonly isRunning: () => boolean;
}

/** Milliseconds between looks at a log that is followed. */
const FOLLOW_MS = 100;
const BLOCK_BYTES = 64 * 1024;
const LINE_FEED = 0x0a;

/** Reads a container's log as a client of `kubectl logs` wants it; a missing file is an empty log. */
export async function* readLog(options: ReadLogOptions, signal: AbortSignal): AsyncIterable<Uint8Array> {
  let left = options.limitBytes ?? Number.POSITIVE_INFINITY;
  for await (const chunk of rendered(options, signal)) {
    if (chunk.length === 0) continue;
    yield chunk.length > left ? chunk.subarray(0, left) : chunk;
    left -= chunk.length;
    if (left <= 0) return;
  }
}

async function* rendered(options: ReadLogOptions, signal: AbortSignal): AsyncIterable<Buffer> {
  const renderer = new LineRenderer(options);
  const begin = await beginning(options);
  for (const { path, offset } of begin) {
    const follow = options.follow === true && path === options.path;
    for await (const lines of rawLines({ path, offset, follow, options }, signal)) {
      yield Buffer.concat(lines.map((line) => renderer.render(line)));
    }
  }
}

interface Part {
  readonly path: string;
  readonly offset: number;
}

// With a tail, the newest files are counted first, and older ones join only while lines are missing.
async function beginning({ path, tailLines }: ReadLogOptions): Promise<readonly Part[]> {
  const paths = [...(await rotatedFiles(path)), path];
  if (tailLines === undefined) return paths.map((file) => ({ path: file, offset: 0 }));
  const parts: Part[] = [];
  let missing = tailLines;
  for (const file of paths.toReversed()) {
    const handle = await openIfThere(file);
    if (handle === undefined) {
      if (file === path) parts.unshift({ path: file, offset: 0 });
      continue;
    }
    const { size, offset, lines } = await measure(handle, missing);
    parts.unshift({ path: file, offset });
    if (offset > 0 || size === 0) break;
    missing -= lines;
    if (missing <= 0) break;
  }
  return parts;
}

// Lines are counted only when the file holds fewer than were asked for.
async function measure(
  handle: FileHandle,
  missing: number,
): Promise<{ size: number; offset: number; lines: number }> {
  try {
    const { size } = await handle.stat();
    const offset = await tailOffset(handle, size, missing);
    return { size, offset, lines: offset > 0 ? 0 : await countLines(handle) };
  } finally {
    await handle.close();
  }
}

async function countLines(handle: FileHandle): Promise<number> {
  let lines = 0;
  for await (const chunk of handle.createReadStream({ autoClose: false, start: 0 })) {
    for (const byte of chunk) if (byte === LINE_FEED) lines += 1;
  }
  return lines;
}

/** The rotated files of a log, oldest first. */
export async function rotatedFiles(path: string): Promise<readonly string[]> {
  const names = await readdir(dirname(path)).catch(() => []);
  const prefix = `${basename(path)}.`;
  return names
    .filter((name) => name.startsWith(prefix))
    .toSorted()
    .map((name) => join(dirname(path), name));
}

interface Reading extends Part {
  readonly follow: boolean;
  readonly options: ReadLogOptions;
}

// Opens the file anew at each round, so that a rotation between two rounds is seen by its inode.
async function* rawLines(reading: Reading, signal: AbortSignal): AsyncIterable<Buffer[]> {
  const state: ReadState = { offset: reading.offset, rest: Buffer.alloc(0), file: undefined };
  try {
    for (;;) {
      const mayGrow = reading.follow && reading.options.isRunning();
      state.file ??= await openIfThere(reading.path);
      // Looked at before the rest is read: what came until the rename is in the rest.
      const rotated = reading.follow && (await wasRotated(reading.path, state));
      yield* toEnd(state, signal);
      if (signal.aborted) return;
      if (rotated) await takeUpNext(state);
      else if (!mayGrow) return;
      if (rotated) continue;
      await reading.options.clock.sleep(FOLLOW_MS, signal).catch(() => undefined);
    }
  } finally {
    await state.file?.close();
  }
}

interface ReadState {
  offset: number;
  /** The beginning of a line whose end is not there yet. */
  rest: Buffer;
  file: FileHandle | undefined;
}

async function* toEnd(state: ReadState, signal: AbortSignal): AsyncIterable<Buffer[]> {
  while (state.file !== undefined && !signal.aborted) {
    const block = Buffer.alloc(BLOCK_BYTES);
    const { bytesRead } = await state.file.read(block, 0, BLOCK_BYTES, state.offset);
    if (bytesRead === 0) return;
    state.offset += bytesRead;
    const { lines, left } = splitLines(Buffer.concat([state.rest, block.subarray(0, bytesRead)]));
    state.rest = left;
    yield lines;
  }
}

// The runtime renames the file and opens a new one under the old name.
async function wasRotated(path: string, { file }: ReadState): Promise<boolean> {
  const there = await stat(path).catch(() => undefined);
  return file !== undefined && there !== undefined && there.ino !== (await file.stat()).ino;
}

async function takeUpNext(state: ReadState): Promise<void> {
  await state.file?.close();
  state.file = undefined;
  state.offset = 0;
}

function splitLines(data: Buffer): { lines: Buffer[]; left: Buffer } {
  const lines: Buffer[] = [];
  let start = 0;
  for (let end = data.indexOf(LINE_FEED); end >= 0; end = data.indexOf(LINE_FEED, start)) {
    lines.push(data.subarray(start, end));
    start = end + 1;
  }
  return { lines, left: Buffer.from(data.subarray(start)) };
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
