import { Socket } from 'node:net';

type Done = (error?: Error | null) => void;

function isOfReading(error: Error | null | undefined): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'read';
}

/**
 * A connection whose other side is heard to the end, also when it listens no more.
 *
 * A command that ends while it is still being typed to leaves bytes that nobody reads, and its node then resets the
 * connection. What it said before that is still in the buffers of the system, but a plain socket forgets it with the first
 * write that fails. Here such a write counts as done, and a reset is an end, which comes after everything that was received.
 */
export class NodeSocket extends Socket {
  #reset = false;

  override _write(chunk: unknown, encoding: BufferEncoding, done: Done): void {
    super._write(chunk, encoding, () => done());
  }

  override _writev(chunks: { chunk: unknown; encoding: BufferEncoding }[], done: Done): void {
    super._writev?.(chunks, () => done());
  }

  override destroy(error?: Error | null): this {
    if (this.#reset || !isOfReading(error)) return super.destroy(error ?? undefined);
    this.#reset = true;
    this.push(null);
    return this;
  }
}
