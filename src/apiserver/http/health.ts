import { kinds } from '../../api/kinds.js';
import { pathNotFound } from '../../api/status-error.js';
import type { ApiServer } from '../api-server.js';
import type { Registry } from '../registry/registry.js';
import type { Exchange, Reply } from './exchange.js';

const text = 'text/plain; charset=utf-8';

function plain(code: number, body: string): Reply {
  return { code, type: text, body: Buffer.from(body) };
}

/** What is asked by `/readyz?verbose`, each with a word of its own. */
export function healthChecks({ registry }: ApiServer): ReadonlyMap<string, () => boolean> {
  return new Map([
    ['ping', () => true],
    ['store', () => isReadable(registry)],
  ]);
}

function isReadable({ store, resources }: Registry): boolean {
  const namespaces = resources.find(kinds.Namespace);
  if (namespaces === undefined) return false;
  try {
    return store.range(namespaces.prefix, { limit: 1 }).revision >= 0;
  } catch {
    return false;
  }
}

interface Outcome {
  readonly lines: readonly string[];
  readonly failed: boolean;
}

function run(checks: ReadonlyMap<string, () => boolean>, excluded: ReadonlySet<string>): Outcome {
  const lines: string[] = [];
  let failed = false;
  for (const [name, check] of checks) {
    const ok = excluded.has(name) || check();
    failed ||= !ok;
    lines.push(
      ok ? `[+]${name} ${excluded.has(name) ? 'excluded: ' : ''}ok` : `[-]${name} failed: reason withheld`,
    );
  }
  const unknown = [...excluded].filter((name) => !checks.has(name)).map((name) => JSON.stringify(name));
  if (unknown.length > 0)
    lines.push(`warn: some health checks cannot be excluded: no matches for ${unknown.sort().join(',')}`);
  return { lines, failed };
}

/** Answers `/healthz`, `/livez` and `/readyz`, and each check by its own path. */
export function health(checks: ReadonlyMap<string, () => boolean>, { path, query }: Exchange): Reply {
  const [, name = '', one, ...rest] = path.split('/');
  if (one !== undefined && one !== '') {
    const check = rest.length === 0 ? checks.get(one) : undefined;
    if (check === undefined) throw pathNotFound();
    return check() ? plain(200, 'ok') : plain(500, `internal server error: ${one} failed\n`);
  }
  const { lines, failed } = run(checks, new Set(query.getAll('exclude')));
  if (failed) return plain(500, `${lines.join('\n')}\n${name} check failed\n`);
  return plain(200, query.has('verbose') ? `${lines.join('\n')}\n${name} check passed\n` : 'ok');
}
