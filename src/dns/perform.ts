import type { DnsAction } from './actions.js';
import type { DnsHost } from './host.js';
import type { ResourceRecord } from './records.js';

/** What the zone was last told, so that a plan publishes differences only. */
export interface Published {
  readonly records: Map<string, readonly ResourceRecord[]>;
  readonly namespaces: Set<string>;
}

/** Tells the zone, and remembers what it was told. */
export function perform(action: DnsAction, host: DnsHost, published: Published): void {
  if (action.kind === 'namespace') {
    host.publish(action);
    if (action.exists) published.namespaces.add(action.name);
    else published.namespaces.delete(action.name);
    return;
  }
  host.publish({ kind: 'records', owner: action.owner, records: action.records });
  if (action.records.length === 0) published.records.delete(action.owner);
  else published.records.set(action.owner, action.records);
}
