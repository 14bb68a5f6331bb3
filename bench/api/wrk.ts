import { run } from '../../src/lib/run.js';
import { CLIENTS } from './context.js';
import type { Target } from './target.js';

/** GETs per second of one path by wrk, over TLS with a bearer token. */
export async function wrk(target: Target, path: string, seconds: number): Promise<number> {
  const headers = ['-H', `Authorization: Bearer ${target.token}`, '-H', 'Accept: application/json'];
  const args = ['-t1', `-c${CLIENTS}`, `-d${seconds}s`, ...headers, `${target.origin}${path}`];
  const { stdout } = await run('wrk', args, { timeoutMs: (seconds + 10) * 1000 });
  const failed = /Non-2xx or 3xx responses: \d+|Socket errors: .*/.exec(stdout)?.[0];
  if (failed !== undefined) throw new Error(`wrk on ${path}: ${failed}`);
  const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
  if (Number.isNaN(rate)) throw new Error(`wrk on ${path} printed no rate: ${stdout}`);
  return rate;
}
