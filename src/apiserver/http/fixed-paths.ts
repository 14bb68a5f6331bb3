import { createHash } from 'node:crypto';
import { type DiscoveryDocuments, discoveryDocuments } from '../../api/discovery.js';
import { kinds } from '../../api/kinds.js';
import { openApiV2Document, openApiV3Document, openApiV3Index } from '../../api/openapi.js';
import { notAcceptable, pathNotFound } from '../../api/status-error.js';
import type { ApiServer } from '../api-server.js';
import { issuerDocument, issuerPaths } from '../tokens/discovery.js';
import { type Exchange, type Reply, send } from './exchange.js';
import { mediaRanges, negotiate, wantsAggregated } from './negotiate.js';
import { replyValue } from './render.js';
import type { RequestMetrics } from './request-metrics.js';

const text = 'text/plain; charset=utf-8';
const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

const swaggerType = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
/** What the answer is called: `@` may not stand in a media type, and Go's parser is strict. */
const swaggerAnswerType = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
const swaggerFallbacks: readonly string[] = ['application/json', 'application/*', '*/*'];

/** A document under a tag of its content: who has it already is told so, and no more. */
async function sendTagged(
  exchange: Exchange,
  { type, body }: { readonly type: string; readonly body: Buffer },
): Promise<void> {
  const tag = `"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`;
  exchange.response.setHeader('etag', tag);
  const known = exchange.request.headers['if-none-match']?.split(',').map((one) => one.trim()) ?? [];
  if (known.includes(tag) || known.includes('*')) {
    return send(exchange, { code: 304, type, body: Buffer.alloc(0) });
  }
  await send(exchange, { code: 200, type, body, verbatim: true });
}

function plain(code: number, body: string): Reply {
  return { code, type: text, body: Buffer.from(body) };
}

/** What is asked by `/readyz?verbose`, each with a word of its own. */
function checks(server: ApiServer): ReadonlyMap<string, boolean> {
  const { store, resources } = server.registry;
  return new Map([
    ['ping', true],
    ['store', store.revision >= 0],
    ['kinds', resources.find(kinds.Pod) !== undefined],
  ]);
}

function health(server: ApiServer, { path, query }: Exchange): Reply {
  const [, name = '', one] = path.split('/');
  const all = checks(server);
  if (one !== undefined && one !== '') {
    const ok = all.get(one);
    if (ok === undefined) throw pathNotFound();
    return plain(ok ? 200 : 500, ok ? 'ok' : 'failed');
  }
  const failed = [...all.values()].some((ok) => !ok);
  if (!failed && !query.has('verbose')) return plain(200, 'ok');
  const lines = [...all].map(([check, ok]) => (ok ? `[+]${check} ok` : `[-]${check} failed`));
  return plain(failed ? 500 : 200, `${lines.join('\n')}\n${name} check ${failed ? 'failed' : 'passed'}\n`);
}

function version({ options }: ApiServer): object {
  return {
    major: '1',
    minor: '36',
    emulationMajor: '1',
    emulationMinor: '36',
    gitVersion: `v1.36.0+holdfast.${options.version}`,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: '',
    compiler: 'node',
    platform: 'linux/amd64',
  };
}

/** Answers of paths that are not about objects; documents are made once and kept. */
export class FixedPaths {
  readonly #server: ApiServer;
  readonly #metrics: RequestMetrics;
  readonly #documents = new Map<string, Promise<Buffer | undefined>>();
  #discovery: DiscoveryDocuments | undefined;

  constructor(server: ApiServer, metrics: RequestMetrics) {
    this.#server = server;
    this.#metrics = metrics;
  }

  /** Answers, or fails with 404 when there is nothing at this path. */
  async handle(exchange: Exchange): Promise<void> {
    const [, first = ''] = exchange.path.split('/');
    if (first === 'api' || first === 'apis') return this.#discover(exchange);
    if (first === 'openapi') return this.#openApi(exchange);
    if (first === 'version') return send(exchange, await replyValue(200, version(this.#server)));
    if (first === 'healthz' || first === 'livez' || first === 'readyz')
      return send(exchange, health(this.#server, exchange));
    if (exchange.path === '/metrics') {
      return send(exchange, {
        code: 200,
        type: 'text/plain; version=0.0.4',
        body: Buffer.from(await this.#metrics.text()),
      });
    }
    const { type, value } = issuerDocument(exchange.path, this.#server.registry.tokens.key) ?? {};
    if (value !== undefined) {
      return send(exchange, { ...(await replyValue(200, value)), ...(type !== undefined && { type }) });
    }
    const document = this.#server.options.documents?.get(exchange.path);
    if (document !== undefined) return send(exchange, await replyValue(200, await document()));
    if (exchange.path === '/') return send(exchange, await replyValue(200, { paths: rootPaths }));
    throw pathNotFound();
  }

  #documentsOf(): DiscoveryDocuments {
    this.#discovery ??= discoveryDocuments(this.#server.options.kindRows);
    return this.#discovery;
  }

  async #discover(exchange: Exchange): Promise<void> {
    const { accept } = exchange.request.headers;
    const [root = '', group, version, ...rest] = exchange.path.split('/').filter((part) => part !== '');
    const documents = this.#documentsOf();
    if (rest.length > 0) throw pathNotFound();
    if (group === undefined && wantsAggregated(accept)) {
      const document = root === 'api' ? documents.aggregatedApi : documents.aggregatedApis;
      const answer = await replyValue(200, document);
      exchange.response.setHeader('vary', 'Accept');
      return send(exchange, { ...answer, type: aggregatedType });
    }
    const document = findDocument(documents, root, [group, version]);
    if (document === undefined) throw pathNotFound();
    await send(exchange, await replyValue(200, document, negotiate(accept).format));
  }

  async #openApi(exchange: Exchange): Promise<void> {
    const parts = exchange.path.split('/').filter((part) => part !== '');
    if (parts[1] === 'v2' && parts.length === 2) return this.#swagger(exchange);
    if (parts[1] !== 'v3') throw pathNotFound();
    const root = parts.slice(2).join('/');
    const bytes = await this.#document(root);
    if (bytes === undefined) throw pathNotFound();
    await sendTagged(exchange, { type: 'application/json', body: bytes });
  }

  async #swagger(exchange: Exchange): Promise<void> {
    const ranges = mediaRanges(exchange.request.headers.accept ?? '*/*');
    const wanted = ranges.find(({ type }) => type === swaggerType || swaggerFallbacks.includes(type));
    if (wanted === undefined) throw notAcceptable([swaggerType, 'application/json']);
    const form = wanted.type === swaggerType ? 'protobuf' : 'json';
    const body = await this.#document(`v2 ${form}`);
    if (body === undefined) throw pathNotFound();
    exchange.response.setHeader('vary', 'Accept');
    await sendTagged(exchange, { type: form === 'json' ? 'application/json' : swaggerAnswerType, body });
  }

  #document(root: string): Promise<Buffer | undefined> {
    const known = this.#documents.get(root);
    if (known !== undefined) return known;
    const rows = this.#server.options.kindRows;
    const groupVersion = root.replace(/^apis?\//, '');
    const make = async (): Promise<Buffer | undefined> => {
      if (root === 'v2 json') return Buffer.from(await openApiV2Document('json', rows));
      if (root === 'v2 protobuf') return Buffer.from(await openApiV2Document('protobuf', rows));
      const document = root === '' ? openApiV3Index(rows) : await openApiV3Document(groupVersion, rows);
      return document === undefined ? undefined : Buffer.from(JSON.stringify(document));
    };
    const made = make();
    this.#documents.set(root, made);
    // Strangers cannot fill the memory with names of what is not there, and a failure is tried again.
    const forget = (): boolean => this.#documents.delete(root);
    made.then((bytes) => bytes ?? forget(), forget);
    return made;
  }
}

const rootPaths = [
  ...issuerPaths,
  '/api',
  '/apis',
  '/healthz',
  '/livez',
  '/metrics',
  '/openapi/v2',
  '/openapi/v3',
  '/readyz',
  '/version',
];

function findDocument(
  documents: DiscoveryDocuments,
  root: string,
  [group, version]: readonly (string | undefined)[],
): object | undefined {
  if (root === 'api') {
    if (group === undefined) return documents.api;
    return version === undefined ? documents.resources.get(group) : undefined;
  }
  if (group === undefined) return documents.apis;
  return version === undefined ? documents.groups.get(group) : documents.resources.get(`${group}/${version}`);
}
