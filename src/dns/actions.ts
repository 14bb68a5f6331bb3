import type { ResourceRecord } from './records.js';

/** The one thing that DNS does: replace what a Service or namespace says in the zone. */
export type DnsAction =
  | { readonly kind: 'publish'; readonly owner: string; readonly records: readonly ResourceRecord[] }
  | { readonly kind: 'namespace'; readonly name: string; readonly exists: boolean };
