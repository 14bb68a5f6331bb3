import { type Answer, RCODE, type ResourceRecord, TYPE } from './records.js';
import { addressData, TTL_SECONDS } from './service-records.js';

/** A change of the zone: what one owner (a Service or a namespace) says, replacing all it said before. */
export type ZoneUpdate =
  | { readonly kind: 'records'; readonly owner: string; readonly records: readonly ResourceRecord[] }
  | { readonly kind: 'namespace'; readonly name: string; readonly exists: boolean }
  | { readonly kind: 'synced' };

/** Seconds for which "there is no such name" may be believed: a new Pod's name must not stay unknown (contracts C-17 and section TTL). */
export const NEGATIVE_TTL_SECONDS = 1;

const SPEC_VERSION = '1.1.0';
const MAX_CNAME_STEPS = 8;

/** The cluster's zone: names to records, by owner. Pure data; it answers from memory. */
export class Zone {
  readonly #origin: string;
  #synced = false;
  #serial = 1;
  readonly #namespaces = new Set<string>();
  readonly #byOwner = new Map<string, readonly ResourceRecord[]>();
  readonly #byName = new Map<string, ResourceRecord[]>();
  /** How many records lie at or below a name, so that a name on the way to another exists without data of its own (RFC 8020). */
  readonly #below = new Map<string, number>();

  constructor(origin: string) {
    this.#origin = origin.toLowerCase();
  }

  /** Takes in one change; answers from now on show it. */
  apply(update: ZoneUpdate): void {
    this.#serial += 1;
    if (update.kind === 'synced') this.#synced = true;
    else if (update.kind === 'namespace') this.#setNamespace(update.name, update.exists);
    else this.#setRecords(update.owner, update.records);
  }

  /** Answers a question; `name` in any letter case, without the final dot. */
  answer(name: string, type: number): Answer {
    const asked = name.toLowerCase();
    if (!this.#isOurs(asked)) return response(RCODE.REFUSED, false);
    if (!this.#synced) return response(RCODE.SERVFAIL, false);
    const found = this.#lookup(asked);
    if (found === undefined) return this.#negative(RCODE.NXDOMAIN);
    const answers = this.#select(found, type);
    if (answers.length === 0) return this.#negative(RCODE.NOERROR);
    return { ...response(RCODE.NOERROR, true), answers, additional: this.#additional(answers) };
  }

  #isOurs(name: string): boolean {
    if (name === this.#origin || name.endsWith(`.${this.#origin}`)) return true;
    return name.endsWith('.in-addr.arpa') || name.endsWith('.ip6.arpa');
  }

  // Undefined: no such name. Empty: the name exists and has no data.
  #lookup(name: string): readonly ResourceRecord[] | undefined {
    const stored = this.#byName.get(name);
    if (stored !== undefined) return stored;
    if (this.#below.has(name)) return [];
    return this.#builtIn(name);
  }

  #builtIn(name: string): readonly ResourceRecord[] | undefined {
    const origin = this.#origin;
    if (name === origin) return this.#apex();
    if (name === `dns-version.${origin}`) {
      return [{ name, ttl: TTL_SECONDS, data: { type: TYPE.TXT, text: SPEC_VERSION } }];
    }
    if (name === `svc.${origin}` || name === `pod.${origin}`) return [];
    const labels = name.slice(0, -(origin.length + 1)).split('.');
    const area = labels.at(-1);
    const namespace = labels.at(-2);
    if (namespace === undefined || !this.#namespaces.has(namespace)) return undefined;
    if (labels.length === 2 && (area === 'svc' || area === 'pod')) return [];
    if (labels.length === 3 && area === 'pod') return podRecord(name, labels[0] ?? '');
    return undefined;
  }

  #apex(): ResourceRecord[] {
    const ns: ResourceRecord = {
      name: this.#origin,
      ttl: TTL_SECONDS,
      data: { type: TYPE.NS, target: `ns.dns.${this.#origin}` },
    };
    return [this.#soa(), ns];
  }

  // A CNAME answers for every type, followed by its target's records where the target is ours (C-10, C-11).
  #select(found: readonly ResourceRecord[], type: number): readonly ResourceRecord[] {
    const direct = found.filter((record) => type === TYPE.ANY || record.data.type === type);
    if (direct.length > 0) return direct;
    const chain: ResourceRecord[] = [];
    let records = found;
    for (let step = 0; step < MAX_CNAME_STEPS; step += 1) {
      const alias = records.find((record) => record.data.type === TYPE.CNAME);
      if (alias === undefined || alias.data.type !== TYPE.CNAME) break;
      chain.push(alias);
      records = this.#byName.get(alias.data.target) ?? [];
      const target = records.filter((record) => record.data.type === type);
      if (target.length > 0) return [...chain, ...target];
    }
    return chain;
  }

  #additional(answers: readonly ResourceRecord[]): readonly ResourceRecord[] {
    return answers.flatMap((record) =>
      record.data.type === TYPE.SRV ? (this.#byName.get(record.data.target) ?? []).filter(isAddress) : [],
    );
  }

  #negative(rcode: number): Answer {
    return { ...response(rcode, true), authority: [this.#soa()] };
  }

  #soa(): ResourceRecord {
    const primary = `ns.dns.${this.#origin}`;
    const data = {
      type: TYPE.SOA,
      primary,
      serial: this.#serial,
      minimumSeconds: NEGATIVE_TTL_SECONDS,
    } as const;
    return { name: this.#origin, ttl: NEGATIVE_TTL_SECONDS, data };
  }

  #setNamespace(name: string, exists: boolean): void {
    if (exists) this.#namespaces.add(name);
    else this.#namespaces.delete(name);
  }

  #setRecords(owner: string, records: readonly ResourceRecord[]): void {
    for (const record of this.#byOwner.get(owner) ?? []) this.#remove(record);
    const distinct = withoutDuplicates(records);
    for (const record of distinct) this.#add(record);
    if (distinct.length === 0) this.#byOwner.delete(owner);
    else this.#byOwner.set(owner, distinct);
  }

  #add(record: ResourceRecord): void {
    const there = this.#byName.get(record.name);
    this.#byName.set(record.name, there === undefined ? [record] : [...there, record]);
    for (const above of namesAbove(record.name)) this.#below.set(above, (this.#below.get(above) ?? 0) + 1);
  }

  #remove(record: ResourceRecord): void {
    const rest = (this.#byName.get(record.name) ?? []).filter((other) => other !== record);
    if (rest.length === 0) this.#byName.delete(record.name);
    else this.#byName.set(record.name, rest);
    for (const above of namesAbove(record.name)) {
      const count = (this.#below.get(above) ?? 1) - 1;
      if (count === 0) this.#below.delete(above);
      else this.#below.set(above, count);
    }
  }
}

function response(rcode: number, authoritative: boolean): Answer {
  return { rcode, authoritative, answers: [], authority: [], additional: [] };
}

function isAddress(record: ResourceRecord): boolean {
  return record.data.type === TYPE.A || record.data.type === TYPE.AAAA;
}

function withoutDuplicates(records: readonly ResourceRecord[]): readonly ResourceRecord[] {
  const seen = new Map(records.map((record) => [`${record.name} ${JSON.stringify(record.data)}`, record]));
  return [...seen.values()];
}

function* namesAbove(name: string): Iterable<string> {
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) yield name.slice(dot + 1);
}

// CoreDNS' `pods insecure` mode, the Kubernetes default: a-b-c-d names the address it spells (C-15).
function podRecord(name: string, label: string): readonly ResourceRecord[] | undefined {
  const parts = /^(\d{1,3})-(\d{1,3})-(\d{1,3})-(\d{1,3})$/.exec(label)?.slice(1);
  if (parts === undefined || parts.some((part) => Number(part) > 255)) return undefined;
  return [{ name, ttl: TTL_SECONDS, data: addressData(parts.map(Number).join('.')) }];
}
