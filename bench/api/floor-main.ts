/** The floor: TLS servers of Node.js that do nothing but answer with the same bytes. */
import { createSecureServer } from 'node:http2';
import { createServer } from 'node:https';
import type { Server } from 'node:net';
import { ensurePki } from '../../src/apiserver/index.js';
import { systemClock } from '../../src/lib/system-clock.js';
import { answerQuestions } from '../../test/tools/line-program.js';
import type { FloorTarget } from '../programs.js';

interface Question {
  readonly directory: string;
  readonly bytes: number;
}

const servers: Server[] = [];

function listen(server: Server): Promise<string> {
  servers.push(server);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`https://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
    });
  });
}

async function start({ directory, bytes }: Question): Promise<FloorTarget> {
  const pki = await ensurePki({ dir: directory, now: systemClock.now(), names: [] });
  const tls = { cert: pki.serving.certificate, key: pki.serving.key };
  const body = Buffer.alloc(bytes, 'x');
  const headers = { 'content-type': 'application/json', 'content-length': String(bytes) };
  const h1 = createServer(tls, (_request, response) => {
    response.writeHead(200, headers);
    response.end(body);
  });
  const h2 = createSecureServer(tls);
  h2.on('stream', (stream) => {
    stream.respond({ ':status': 200, ...headers });
    stream.end(body);
  });
  const common = { authority: pki.authority.certificate, token: 'none' };
  return {
    h1: { origin: await listen(h1), ...common },
    h2: { origin: await listen(h2), ...common },
  };
}

await answerQuestions<Question>(start);
for (const server of servers) server.close();
