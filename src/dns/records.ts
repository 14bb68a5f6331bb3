/** DNS record types that the server knows, by number (RFC 1035, 2782, 3596). */
export const TYPE = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  OPT: 41,
  ANY: 255,
} as const;

/** Response codes (RFC 1035 section 4.1.1). */
export const RCODE = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;

/** Data of one record; names are absolute, lower case, without the final dot. */
export type RecordData =
  | { readonly type: typeof TYPE.A; readonly address: string }
  | { readonly type: typeof TYPE.AAAA; readonly address: string }
  | { readonly type: typeof TYPE.CNAME; readonly target: string }
  | { readonly type: typeof TYPE.NS; readonly target: string }
  | { readonly type: typeof TYPE.PTR; readonly target: string }
  | { readonly type: typeof TYPE.TXT; readonly text: string }
  | {
      readonly type: typeof TYPE.SOA;
      readonly primary: string;
      readonly serial: number;
      readonly minimumSeconds: number;
    }
  | {
      readonly type: typeof TYPE.SRV;
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly target: string;
    };

/** One record of an answer. `ttl` is in seconds. */
export interface ResourceRecord {
  readonly name: string;
  readonly ttl: number;
  readonly data: RecordData;
}

/** A parsed query. `name` keeps the asker's letter case (it is echoed); `udpSize` is what the asker takes in one datagram, bytes. */
export interface Query {
  readonly id: number;
  readonly recursionDesired: boolean;
  readonly name: string;
  readonly type: number;
  readonly edns: boolean;
  readonly udpSize: number;
}

/** What the zone says to a query, before it is put on the wire. */
export interface Answer {
  readonly rcode: number;
  readonly authoritative: boolean;
  readonly answers: readonly ResourceRecord[];
  readonly authority: readonly ResourceRecord[];
  readonly additional: readonly ResourceRecord[];
}
