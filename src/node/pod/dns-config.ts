import type { Pod } from '../../api/generated/core-v1.js';

/** What a Pod's /etc/resolv.conf is made from. */
export interface ResolvConf {
  readonly servers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

/** The cluster's DNS, and what the node itself uses. */
export interface DnsSettings {
  readonly clusterDns: string;
  readonly clusterDomain: string;
  readonly node: ResolvConf;
}

const MAX_SERVERS = 3;
const MAX_SEARCHES = 32;

/** Reads the text of a resolv.conf. */
export function parseResolvConf(text: string): ResolvConf {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const valuesOf = (keyword: string): string[][] =>
    lines.filter(([first]) => first === keyword).map(([, ...rest]) => rest);
  return {
    servers: valuesOf('nameserver').flatMap((values) => values.slice(0, 1)),
    searches: valuesOf('search').at(-1) ?? [],
    options: valuesOf('options').flat(),
  };
}

/** A Pod's resolv.conf by its dnsPolicy and dnsConfig. */
export function podDns(pod: Pod, settings: DnsSettings): ResolvConf {
  const base = baseOf(pod, settings);
  const { nameservers = [], searches = [], options = [] } = pod.spec?.dnsConfig ?? {};
  const given = new Map(
    options.map(({ name = '', value }) => [
      name,
      value === undefined || value === '' ? name : `${name}:${value}`,
    ]),
  );
  const kept = base.options.filter((option) => !given.has(option.split(':')[0] ?? ''));
  return {
    servers: unique([...base.servers, ...nameservers]).slice(0, MAX_SERVERS),
    searches: unique([...base.searches, ...searches]).slice(0, MAX_SEARCHES),
    options: [...kept, ...given.values()],
  };
}

function baseOf(pod: Pod, { clusterDns, clusterDomain, node }: DnsSettings): ResolvConf {
  const policy = pod.spec?.dnsPolicy ?? 'ClusterFirst';
  if (policy === 'None') return { servers: [], searches: [], options: [] };
  if (policy === 'Default') return node;
  const namespace = pod.metadata?.namespace ?? 'default';
  const searches = [
    `${namespace}.svc.${clusterDomain}`,
    `svc.${clusterDomain}`,
    clusterDomain,
    ...node.searches,
  ];
  return { servers: [clusterDns], searches, options: ['ndots:5'] };
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
