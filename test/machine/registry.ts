import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/lib/run.js';

/** A registry on one of the host's loopback addresses that serves one image under every name. */
export interface TestRegistry extends AsyncDisposable {
  /** `127.0.0.5:PORT` */
  readonly address: string;
  /** Requests that arrived, `GET /v2/...`. */
  readonly requests: readonly string[];
  /** From now on every request is answered with this status; 0: as a registry does. */
  answerWith(status: number): void;
}

const TYPES = ['application/vnd.oci.image.manifest.v1+json', 'application/vnd.oci.image.index.v1+json'];

interface Content {
  readonly manifest: string;
  blob(digest: string): Buffer;
}

async function unpack(archive: string, directory: string): Promise<Content> {
  await run('tar', ['-C', directory, '-xf', archive]);
  const index: { manifests: readonly { digest: string }[] } = JSON.parse(
    readFileSync(join(directory, 'index.json'), 'utf8'),
  );
  return {
    manifest: index.manifests[0]?.digest ?? '',
    blob: (digest) => readFileSync(join(directory, 'blobs', digest.replace(':', '/'))),
  };
}

function answer(response: ServerResponse, content: Content, url: string): void {
  const match = /^\/v2\/(?:.+)\/(manifests|blobs)\/([^?]+)/.exec(url);
  if (match === null) {
    response.writeHead(200).end('{}');
    return;
  }
  const [, what, reference = ''] = match;
  const digest = reference.startsWith('sha256:') ? reference : content.manifest;
  const body = content.blob(digest);
  const type = what === 'manifests' ? TYPES[0] : 'application/octet-stream';
  response.writeHead(200, {
    'content-type': type,
    'content-length': body.length,
    'docker-content-digest': digest,
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

/** Serves the image in an archive (an OCI layout). */
export async function startRegistry(archive: string, host = '127.0.0.5'): Promise<TestRegistry> {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-registry-'));
  const content = await unpack(archive, directory);
  const requests: string[] = [];
  let forced = 0;
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    if (forced === 0) answer(response, content, request.url ?? '');
    else response.writeHead(forced).end('{"errors":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  return {
    address: `${host}:${typeof address === 'object' && address !== null ? address.port : 0}`,
    requests,
    answerWith: (status) => {
      forced = status;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
