/** Where to dial. */
export interface Destination {
  readonly host: string;
  readonly port: number;
}

/** The host's own proxies, as its environment names them. */
export interface Proxies {
  readonly https?: string;
  readonly http?: string;
  readonly no?: string;
}

/**
 * Names under this suffix mean the host's loopback addresses: `127-0-0-1.loopback.holdfast.internal` is 127.0.0.1 of the host. HTTP clients
 * never send loopback addresses to a proxy, and in the namespace they would reach the node itself.
 */
export const LOOPBACK_SUFFIX = '.loopback.holdfast.internal';

/** The name by which the egress proxy knows one of the host's loopback names or addresses; undefined for any other host. */
export function loopbackName(host: string): string | undefined {
  if (host === 'localhost') return `127-0-0-1${LOOPBACK_SUFFIX}`;
  return /^127(\.\d{1,3}){3}$/.test(host) ? `${host.replaceAll('.', '-')}${LOOPBACK_SUFFIX}` : undefined;
}

/** Reads `host:port`, `[address]:port` or a bare host; undefined when it is none of these. */
export function destinationOf(authority: string, defaultPort: number): Destination | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s/]+))(?::(\d{1,5}))?$/.exec(authority);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined) return undefined;
  const port = match?.[3] === undefined ? defaultPort : Number(match[3]);
  if (port < 1 || port > 65535) return undefined;
  return { host: hostOf(host.toLowerCase()), port };
}

function hostOf(host: string): string {
  if (!host.endsWith(LOOPBACK_SUFFIX)) return host;
  const address = host.slice(0, -LOOPBACK_SUFFIX.length).replaceAll('-', '.');
  return /^127(\.\d{1,3}){3}$/.test(address) ? address : host;
}

function isExcepted(host: string, no: string | undefined): boolean {
  if (host.startsWith('127.') || host === 'localhost' || host === '::1') return true;
  return (no ?? '').split(',').some((entry) => {
    const suffix = entry
      .trim()
      .replace(/^\*?\./, '')
      .toLowerCase();
    return suffix === '*' || (suffix !== '' && (host === suffix || host.endsWith(`.${suffix}`)));
  });
}

/** The host's own proxy for a destination, or undefined when it is dialled directly. */
export function upstreamFor(
  scheme: 'http' | 'https',
  host: string,
  proxies: Proxies,
): Destination | undefined {
  const proxy = scheme === 'https' ? proxies.https : proxies.http;
  if (proxy === undefined || isExcepted(host, proxies.no) || !URL.canParse(proxy)) return undefined;
  const url = new URL(proxy);
  return { host: url.hostname, port: Number(url.port === '' ? 80 : url.port) };
}
