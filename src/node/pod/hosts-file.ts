import type { Pod } from '../../api/generated/core-v1.js';

/** The name by which a Pod of a governing Service is known in DNS; undefined when it has none. */
export function podDomainName(pod: Pod, clusterDomain: string): string | undefined {
  const { subdomain } = pod.spec ?? {};
  if (!subdomain) return undefined;
  return `${hostnameOf(pod)}.${subdomain}.${pod.metadata?.namespace}.svc.${clusterDomain}`;
}

/** The Pod's host name: its own, or its name, cut to what the kernel takes. */
export function hostnameOf(pod: Pod): string {
  const hostname = pod.spec?.hostname || (pod.metadata?.name ?? '');
  return hostname.slice(0, 63).replace(/[-.]+$/, '');
}

/** What the kernel of the Pod's sandbox calls it. */
export function kernelHostname(pod: Pod, clusterDomain: string): string {
  return pod.spec?.setHostnameAsFQDN
    ? (podDomainName(pod, clusterDomain) ?? hostnameOf(pod))
    : hostnameOf(pod);
}

const preamble = [
  '# Kubernetes-managed hosts file.',
  '127.0.0.1\tlocalhost',
  '::1\tlocalhost ip6-localhost ip6-loopback',
  'fe00::0\tip6-localnet',
  'fe00::0\tip6-mcastprefix',
  'fe00::1\tip6-allnodes',
  'fe00::2\tip6-allrouters',
];

/** The text of the Pod's /etc/hosts: itself by its full and its short name, and its host aliases. */
export function hostsFile(pod: Pod, addresses: readonly string[], clusterDomain: string): string {
  const domainName = podDomainName(pod, clusterDomain);
  const names = domainName === undefined ? hostnameOf(pod) : `${domainName}\t${hostnameOf(pod)}`;
  const own = addresses.map((address) => `${address}\t${names}`);
  const aliases = (pod.spec?.hostAliases ?? []).map(
    ({ ip, hostnames = [] }) => `${ip}\t${hostnames.join('\t')}`,
  );
  const extra = aliases.length === 0 ? [] : ['', '# Entries added by HostAliases.', ...aliases];
  return `${[...preamble, ...own, ...extra].join('\n')}\n`;
}
