/** A backend of a Service port. */
export interface Backend {
  readonly address: string;
  readonly port: number;
}

/** One Service port as the kernel must treat it: packets to `address:port` go to one of `backends`, or are rejected when there is none. */
export interface ServiceRule {
  /** `namespace/name:port`, for comments in the rule set. */
  readonly label: string;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly address: string;
  readonly port: number;
  readonly backends: readonly Backend[];
  /** Seconds for which an asker stays with its backend (sessionAffinity ClientIP); undefined for none. */
  readonly affinitySeconds: number | undefined;
}

/** The name of the one table that holds everything of ours. */
export const TABLE = 'holdfast-services';

/**
 * The whole rule set as an `nft -f` script. It replaces the table in one transaction, so the kernel never
 * sees half of it; connections that are already translated are not touched.
 */
export function ruleset(rules: readonly ServiceRule[]): string {
  const served = rules.filter((rule) => rule.backends.length > 0);
  const refused = rules.filter((rule) => rule.backends.length === 0);
  return [
    `add table ip ${TABLE}`,
    `delete table ip ${TABLE}`,
    `table ip ${TABLE} {`,
    ...served.flatMap((rule, index) => affinitySets(rule, index)),
    ...served.flatMap((rule, index) => serviceChain(rule, index)),
    ...map('services', served, (_, index) => `goto service-${index}`),
    ...map('refused', refused, () => 'goto refuse'),
    ...hairpinSet(served),
    ...baseChains(),
    '}',
    '',
  ].join('\n');
}

function serviceChain(rule: ServiceRule, index: number): string[] {
  const affinity = rule.affinitySeconds !== undefined;
  const pick = rule.backends.map((_, n) => `${n} : goto service-${index}-${n}`).join(', ');
  const remembered = rule.backends.map(
    (_, n) => `    ip saddr @client-${index}-${n} goto service-${index}-${n}`,
  );
  return [
    ...rule.backends.flatMap((backend, n) => backendChain(rule, backend, `${index}-${n}`)),
    `  chain service-${index} {`,
    `    comment "${rule.label}"`,
    ...(affinity ? remembered : []),
    `    numgen random mod ${rule.backends.length} vmap { ${pick} }`,
    '  }',
  ];
}

function backendChain(rule: ServiceRule, backend: Backend, id: string): string[] {
  const remember = rule.affinitySeconds === undefined ? [] : [`    update @client-${id} { ip saddr }`];
  const target = `meta l4proto ${rule.protocol} dnat to ${backend.address}:${backend.port}`;
  return [`  chain service-${id} {`, ...remember, `    ${target}`, '  }'];
}

function affinitySets(rule: ServiceRule, index: number): string[] {
  if (rule.affinitySeconds === undefined) return [];
  return rule.backends.map(
    (_, n) =>
      `  set client-${index}-${n} { type ipv4_addr; size 65535; flags dynamic,timeout; timeout ${rule.affinitySeconds}s; }`,
  );
}

function map(
  name: string,
  rules: readonly ServiceRule[],
  verdict: (rule: ServiceRule, index: number) => string,
): string[] {
  const elements = rules.map(
    (rule, index) => `${rule.address} . ${rule.protocol} . ${rule.port} : ${verdict(rule, index)}`,
  );
  const filled = elements.length === 0 ? '' : ` elements = { ${elements.join(', ')} };`;
  return [`  map ${name} { type ipv4_addr . inet_proto . inet_service : verdict;${filled} }`];
}

// A Pod that reaches itself through its Service would answer itself directly; translated to the node's address it does not.
function hairpinSet(rules: readonly ServiceRule[]): string[] {
  const own = new Set(rules.flatMap((rule) => rule.backends.map(({ address }) => `${address} . ${address}`)));
  const filled = own.size === 0 ? '' : ` elements = { ${[...own].join(', ')} };`;
  return [`  set hairpin { type ipv4_addr . ipv4_addr;${filled} }`];
}

function baseChains(): string[] {
  const lookup = 'ip daddr . meta l4proto . th dport vmap';
  const nat = (hook: string, priority: string) =>
    `  chain nat-${hook} { type nat hook ${hook} priority ${priority}; ${lookup} @services; }`;
  const filter = (hook: string) =>
    `  chain filter-${hook} { type filter hook ${hook} priority filter; ct state new ${lookup} @refused; }`;
  return [
    '  chain refuse { meta l4proto tcp reject with tcp reset; reject with icmp type port-unreachable; }',
    nat('prerouting', 'dstnat'),
    nat('output', '-100'),
    '  chain nat-postrouting { type nat hook postrouting priority srcnat; ct status dnat ip saddr . ip daddr @hairpin masquerade; }',
    ...['input', 'forward', 'output'].map(filter),
  ];
}
