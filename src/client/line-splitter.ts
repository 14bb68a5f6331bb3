import { StringDecoder } from 'node:string_decoder';

/** Cuts a stream of bytes into lines, wherever the chunks end; empty lines are left out. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  readonly #onLine: (line: string) => void;
  /** Pieces of the line that is not complete yet: joined once, since a long line may come in many chunks. */
  #pieces: string[] = [];

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** Takes the next bytes. */
  push(chunk: Buffer): void {
    const lines = this.#decoder.write(chunk).split('\n');
    const rest = lines.pop() ?? '';
    for (const line of lines) {
      this.#pieces.push(line);
      this.#flush();
    }
    this.#pieces.push(rest);
  }

  /** The stream is over: what is left is the last line. */
  end(): void {
    this.#pieces.push(this.#decoder.end());
    this.#flush();
  }

  #flush(): void {
    const line = this.#pieces.join('');
    this.#pieces = [];
    if (line.trim() !== '') this.#onLine(line);
  }
}
