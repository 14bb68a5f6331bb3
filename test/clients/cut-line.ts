import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A line to a server on 127.0.0.1 that can be cut, and mended. */
export class CutLine implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #cut = false;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Opens a line to an origin like `https://127.0.0.1:PORT`. */
  static async open(origin: string): Promise<CutLine> {
    const line = new CutLine(createServer());
    line.#server.on('connection', (near) => line.#carry(near, Number(new URL(origin).port)));
    await new Promise<void>((resolve, reject) => {
      line.#server.once('error', reject);
      line.#server.listen(0, '127.0.0.1', resolve);
    });
    return line;
  }

  /** The near end, as the client names it. */
  get origin(): string {
    const address: AddressInfo | string | null = this.#server.address();
    return `https://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }

  /** Ends what is under way; nothing gets through any more. */
  cut(): void {
    this.#cut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#cut = false;
  }

  #carry(near: Socket, port: number): void {
    if (this.#cut) {
      near.destroy();
      return;
    }
    const far = connect(port, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }
}
