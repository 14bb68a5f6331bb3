/** True for four decimal numbers below 256 without leading zeros. */
export function isIPv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
}

/** True for a textual IPv6 address without a zone. */
export function isIPv6(text: string): boolean {
  if (!/^[0-9a-fA-F:.]+$/.test(text) || !text.includes(':')) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1);
  const embedded = last?.includes('.') === true;
  if (embedded && !isIPv4(last)) return false;
  const plain = embedded ? groups.slice(0, -1) : groups;
  if (!plain.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  const count = plain.length + (embedded ? 2 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}

/** Kubernetes' message for a text that is no IP address; empty when it is one. */
export function ipMessages(text: string): string[] {
  return isIPv4(text) || isIPv6(text)
    ? []
    : ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'];
}

/** A range of addresses. */
export interface Cidr {
  readonly family: 'IPv4' | 'IPv6';
  readonly address: bigint;
  readonly prefix: number;
}

function bitsOf(text: string): bigint {
  if (isIPv4(text)) return text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  const [head = '', tail] = text.split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':').flatMap(hexGroups));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

/** The last part of an IPv6 address may be an IPv4 address, which stands for two groups. */
function hexGroups(group: string): string[] {
  if (!group.includes('.')) return [group];
  const bits = bitsOf(group);
  return [(bits >> 16n).toString(16), (bits & 65_535n).toString(16)];
}

/** Reads `10.0.0.0/8` and the like; undefined for what is none. */
export function parseCidr(text: string): Cidr | undefined {
  const [ip = '', length = '', ...more] = text.split('/');
  if (more.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(length)) return undefined;
  const family = isIPv4(ip) ? 'IPv4' : isIPv6(ip) ? 'IPv6' : undefined;
  const prefix = Number(length);
  if (family === undefined || prefix > (family === 'IPv4' ? 32 : 128)) return undefined;
  return { family, address: bitsOf(ip), prefix };
}

/** True when the inner range lies within the outer one and is smaller. */
export function isStrictlyWithin(inner: Cidr, outer: Cidr): boolean {
  if (inner.family !== outer.family || outer.prefix >= inner.prefix) return false;
  const rest = BigInt((outer.family === 'IPv4' ? 32 : 128) - outer.prefix);
  return inner.address >> rest === outer.address >> rest;
}

/** Kubernetes' message for a text that is no range of addresses; empty when it is one. */
export function cidrMessages(text: string): string[] {
  return parseCidr(text) === undefined
    ? ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)']
    : [];
}

const specialRanges: readonly (readonly [cidrs: readonly string[], why: string])[] = [
  [['127.0.0.0/8', '::1/128'], 'may not be in the loopback range (127.0.0.0/8, ::1/128)'],
  [['169.254.0.0/16', 'fe80::/10'], 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'],
  [['224.0.0.0/24', 'ff02::/16'], 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'],
];

function contains(cidr: string, address: Cidr): boolean {
  const range = parseCidr(cidr);
  if (range === undefined || range.family !== address.family) return false;
  const rest = BigInt(address.prefix - range.prefix);
  return address.address >> rest === range.address >> rest;
}

/** What is wrong with an address that traffic of others shall go to. */
export function specialIpMessages(text: string): string[] {
  const address = parseCidr(`${text}/${isIPv4(text) ? 32 : 128}`);
  if (address === undefined) return ['must be a valid IP address'];
  if (address.address === 0n) return [`may not be unspecified (${text})`];
  return specialRanges
    .filter(([cidrs]) => cidrs.some((cidr) => contains(cidr, address)))
    .map(([, why]) => why);
}
