import { createServer } from 'node:net';

/** Listens on a port of 127.0.0.1 so that nobody else can; one that is taken already is as good. */
export async function holdPort(port: number): Promise<{ readonly port: number } & AsyncDisposable> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve() : reject(error),
    );
    server.listen(port, '127.0.0.1');
  });
  return {
    port,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        if (server.listening) server.close(() => resolve());
        else resolve();
      }),
  };
}
