import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { loopbackName } from '../keeper/egress-route.js';
import { readText, writeFileWhole } from '../processes.js';

/** The registry of an image reference (`host[:port]`), or undefined where the reference names none. */
export function registryOf(reference: string): string | undefined {
  const slash = reference.indexOf('/');
  const first = slash < 0 ? '' : reference.slice(0, slash);
  return first === 'localhost' || /[.:]/.test(first) ? first : undefined;
}

/**
 * How containerd reaches a registry on one of the host's loopback addresses: by the name that the way out knows it by. In the namespace
 * the address itself would mean the node, and HTTP clients never send it to a proxy. Undefined for any other registry.
 */
export function loopbackHosts(registry: string): string | undefined {
  const [, host = '', port] = /^(.*?)(?::(\d+))?$/.exec(registry) ?? [];
  const name = loopbackName(host);
  if (name === undefined) return undefined;
  const url = `http://${name}${port === undefined ? '' : `:${port}`}`;
  return `server = "${url}"\n\n[host."${url}"]\n  capabilities = ["pull", "resolve"]\n`;
}

/** Tells containerd how to reach the registry of a reference, when that is on the host's loopback; it reads the file at each pull. */
export function prepareRegistry(directory: string, reference: string): void {
  const registry = registryOf(reference);
  const text = registry === undefined ? undefined : loopbackHosts(registry);
  if (registry === undefined || text === undefined) return;
  const file = join(directory, registry, 'hosts.toml');
  if (readText(file) === text) return;
  mkdirSync(join(directory, registry), { recursive: true });
  writeFileWhole(file, text, 0o644);
}
