import { createHash } from 'node:crypto';
import { type DiscoveryDocuments, discoveryDocuments } from '../../api/discovery.js';
import { openApiV2Document, openApiV3Document, openApiV3Index } from '../../api/openapi.js';
import { notAcceptable, pathNotFound } from '../../api/status-error.js';
import type { ApiServer } from '../api-server.js';
import { issuerDocument, issuerPaths } from '../tokens/discovery.js';
import { type Exchange, send } from './exchange.js';
import { health, healthChecks } from './health.js';
import { mediaRanges, negotiate, wantsAggregated } from './negotiate.js';
import { replyValue } from './render.js';
import type { RequestMetrics } from './request-metrics.js';

const aggregatedType = (form: string): string =>
  `application/json;g=apidiscovery.k8s.io;v=${form};as=APIGroupDiscoveryList`;

const swaggerType = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
/** What the answer is called: `@` may not stand in a media type, and Go's parser is strict. */
const swaggerAnswerType = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
const swaggerFallbacks: readonly string[] = ['application/json', 'application/*', '*/*'];

interface Tagged {
  readonly type: string;
  readonly body: Buffer;
  /** How long it may be kept, when not to be asked for again each time. */
  readonly cache?: string;
}

function tagOf(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex').slice(0, 32).toUpperCase();
}

/** A document under a tag of its content: who has it already is told so, and no more. */
async function sendTagged(exchange: Exchange, { type, body, cache }: Tagged): Promise<void> {
  const tag = `"${tagOf(body)}"`;
  exchange.response.setHeader('etag', tag);
  exchange.response.setHeader('vary', 'Accept');
  const known = exchange.request.headers['if-none-match']?.split(',').map((one) => one.trim()) ?? [];
  const isKnown = known.includes(tag) || known.includes('*');
  const answer = { type, verbatim: true, ...(cache !== undefined && { cache }) } as const;
  await send(
    exchange,
    isKnown ? { ...answer, code: 304, body: Buffer.alloc(0) } : { ...answer, code: 200, body },
  );
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
  readonly #checks: ReadonlyMap<string, () => boolean>;
  readonly #documents = new Map<string, Promise<Buffer | undefined>>();
  #discovery: DiscoveryDocuments | undefined;

  constructor(server: ApiServer, metrics: RequestMetrics) {
    this.#server = server;
    this.#metrics = metrics;
    this.#checks = healthChecks(server);
  }

  /** Answers, or fails with 404 when there is nothing at this path. */
  async handle(exchange: Exchange): Promise<void> {
    const [, first = ''] = exchange.path.split('/');
    if (first === 'api' || first === 'apis') return this.#discover(exchange);
    if (first === 'openapi') return this.#openApi(exchange);
    if (first === 'version') return send(exchange, await replyValue(200, version(this.#server)));
    if (first === 'healthz' || first === 'livez' || first === 'readyz')
      return send(exchange, health(this.#checks, exchange));
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
    if (exchange.path === '/') return send(exchange, await replyValue(200, { paths: this.#rootPaths() }));
    throw pathNotFound();
  }

  /** Every path at which there is something, as `kubectl get --raw /` lists them. */
  #rootPaths(): readonly string[] {
    const { groups, resources } = this.#documentsOf();
    const versions = [...resources.keys()].map((one) => (one.includes('/') ? `/apis/${one}` : `/api/${one}`));
    const checks = ['/healthz', '/livez', '/readyz'].flatMap((path) => [
      path,
      ...[...this.#checks.keys()].map((check) => `${path}/${check}`),
    ]);
    const descriptions = Object.keys(openApiV3Index(this.#server.options.kindRows).paths);
    return [
      '/api',
      '/apis',
      ...[...groups.keys()].map((group) => `/apis/${group}`),
      ...versions,
      ...checks,
      ...plainPaths,
      ...descriptions.map((root) => `/openapi/v3/${root}`),
      ...(this.#server.options.documents?.keys() ?? []),
    ].sort();
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
    const form = group === undefined ? wantsAggregated(accept) : undefined;
    if (form !== undefined) {
      const document = root === 'api' ? documents.aggregatedApi : documents.aggregatedApis;
      const shown = { ...document, apiVersion: `apidiscovery.k8s.io/${form}` };
      const body = Buffer.from(`${JSON.stringify(shown)}\n`);
      return sendTagged(exchange, { type: aggregatedType(form), body });
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
    const hash = exchange.query.get('hash');
    const index = openApiV3Index(this.#server.options.kindRows).paths[root]?.serverRelativeURL;
    if (hash === null || index === undefined)
      return sendTagged(exchange, { type: 'application/json', body: bytes });
    if (!index.endsWith(`=${hash}`)) return redirect(exchange, index);
    // What stands under this address never changes: another content has another address.
    await sendTagged(exchange, { type: 'application/json', body: bytes, cache: 'public, immutable' });
  }

  async #swagger(exchange: Exchange): Promise<void> {
    const ranges = mediaRanges(exchange.request.headers.accept ?? '*/*');
    const wanted = ranges.find(({ type }) => type === swaggerType || swaggerFallbacks.includes(type));
    if (wanted === undefined) throw notAcceptable([swaggerType, 'application/json']);
    const form = wanted.type === swaggerType ? 'protobuf' : 'json';
    const body = await this.#document(`v2 ${form}`);
    if (body === undefined) throw pathNotFound();
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

async function redirect(exchange: Exchange, location: string): Promise<void> {
  exchange.response.setHeader('location', location);
  await send(exchange, { code: 301, type: 'text/plain; charset=utf-8', body: Buffer.alloc(0) });
}

const plainPaths = [...issuerPaths, '/metrics', '/openapi/v2', '/openapi/v3', '/version'];

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
