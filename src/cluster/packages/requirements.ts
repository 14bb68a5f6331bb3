/** One thing that must be on the machine, and the Debian package that brings it. */
export interface Requirement {
  readonly what: string;
  readonly package: string;
  /** Commands that must be on the search path. */
  readonly commands?: readonly string[];
  /** CNI plugins that must be in one of the plugin directories. */
  readonly cniPlugins?: readonly string[];
  /** The oldest version that will do, of the first command. */
  readonly atLeast?: string;
}

/** What a cluster needs; the packages are Debian's and Ubuntu's. */
export const CLUSTER_REQUIREMENTS: readonly Requirement[] = [
  {
    what: 'containerd',
    package: 'containerd',
    commands: ['containerd', 'ctr', 'containerd-shim-runc-v2'],
    atLeast: '1.6.0',
  },
  { what: 'runc', package: 'runc', commands: ['runc'], atLeast: '1.0.0' },
  {
    what: 'CNI plugins',
    package: 'containernetworking-plugins',
    cniPlugins: ['ptp', 'host-local', 'loopback'],
  },
  { what: 'nftables', package: 'nftables', commands: ['nft'] },
  { what: 'iproute2', package: 'iproute2', commands: ['ip'] },
  { what: 'util-linux', package: 'util-linux', commands: ['nsenter'] },
  { what: 'mount', package: 'mount', commands: ['mount', 'umount'] },
];

/** Where CNI plugins are looked for: Debian's directory, then the upstream one. */
export const CNI_DIRECTORIES: readonly string[] = ['/usr/lib/cni', '/opt/cni/bin'];

/** What was found of a requirement. */
export interface Found {
  readonly requirement: Requirement;
  /** Commands or plugins that are not there. */
  readonly missing: readonly string[];
  /** Version of the first command, where one is asked for and could be read. */
  readonly version?: string;
}

/** The first dotted number in what a command prints about itself. */
export function parseVersion(text: string): string | undefined {
  return /\bv?(\d+\.\d+(?:\.\d+)?)/.exec(text)?.[1];
}

/** Compares dotted numbers; negative when `left` is older. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [left.split('.').map(Number), right.split('.').map(Number)];
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function isTooOld(found: Found): boolean {
  const { atLeast } = found.requirement;
  if (atLeast === undefined || found.missing.length > 0) return false;
  return found.version === undefined || compareVersions(found.version, atLeast) < 0;
}

/** Says in words what is wrong with each requirement that is not met; empty when all are. */
export function unmet(all: readonly Found[]): readonly { readonly found: Found; readonly why: string }[] {
  return all.flatMap((found) => {
    if (found.missing.length > 0) return [{ found, why: `${found.missing.join(', ')} not found` }];
    if (!isTooOld(found)) return [];
    const { what, atLeast } = found.requirement;
    return [{ found, why: `${what} ${found.version ?? 'of an unknown version'} is older than ${atLeast}` }];
  });
}

/** The packages that bring what is missing, each once, in order. */
export function packagesFor(all: readonly Found[]): readonly string[] {
  return [...new Set(unmet(all).map(({ found }) => found.requirement.package))];
}
