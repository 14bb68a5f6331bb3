import { statSync } from 'node:fs';
import { hasErrno } from '../../lib/errors.js';
import { run } from '../../lib/run.js';
import type { Facts } from './plan.js';

/** A named network namespace and the file that keeps it alive. */
export interface Namespace {
  readonly name: string;
  readonly path: string;
}

/** Whether the name stands for a namespace: the file exists and is one (a bind mount on another device), not an empty left-over. */
export function namespaceExists(namespace: Namespace): boolean {
  try {
    return statSync(namespace.path).dev === statSync('/proc/self/ns/net').dev;
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return false;
    throw error;
  }
}

const SEPARATOR = '--';
const SCRIPT = `ip -json addr show dev lo; echo ${SEPARATOR}; ip -json route show; echo ${SEPARATOR}; cat /proc/sys/net/ipv4/ip_forward`;

interface LinkJson {
  readonly flags?: readonly string[];
  readonly addr_info?: readonly { readonly local?: string }[];
}

interface RouteJson {
  readonly dst?: string;
}

/** Reads what `ip` and the kernel print about a namespace. */
export function parseFacts(output: string): Facts {
  const [links = '[]', routes = '[]', forward = '0'] = output.split(`\n${SEPARATOR}\n`);
  const loopback: LinkJson | undefined = JSON.parse(links || '[]')[0];
  const found: readonly RouteJson[] = JSON.parse(routes.trim() || '[]');
  return {
    loopbackUp: loopback?.flags?.includes('UP') ?? false,
    addresses: (loopback?.addr_info ?? []).flatMap((info) => info.local ?? []),
    routes: found.flatMap((route) => route.dst ?? []),
    forwards: forward.trim() === '1',
  };
}

/** Looks into the namespace; undefined when it does not exist. */
export async function observeNamespace(namespace: Namespace): Promise<Facts | undefined> {
  if (!namespaceExists(namespace)) return undefined;
  const { stdout } = await run('nsenter', [`--net=${namespace.path}`, 'sh', '-c', SCRIPT]);
  return parseFacts(stdout);
}
