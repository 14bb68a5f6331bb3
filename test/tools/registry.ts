import { createServer } from 'node:http';

/** An image registry on an address of the loopback that answers everything in one way. */
export interface SmallRegistry extends AsyncDisposable {
  /** `address:port`, as an image reference begins. */
  readonly host: string;
  /** Paths that were asked for. */
  asked(): readonly string[];
}

const reasons: Readonly<Record<number, string>> = { 401: 'UNAUTHORIZED', 403: 'DENIED', 404: 'NAME_UNKNOWN' };

/** Starts one over plain HTTP, which clients accept on 127.0.0.0/8; every answer has this status. */
export async function startRegistry(status: number): Promise<SmallRegistry> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const code = reasons[status] ?? 'UNKNOWN';
    response.writeHead(status, {
      'content-type': 'application/json',
      ...(status === 401 && { 'www-authenticate': 'Basic realm="tests"' }),
    });
    response.end(JSON.stringify({ errors: [{ code, message: 'the test says no' }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.7', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    host: `127.0.0.7:${port}`,
    asked: () => asked,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
