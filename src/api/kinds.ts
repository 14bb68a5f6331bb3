import { coreKinds } from './kinds/core.js';
import { accessKinds, platformKinds } from './kinds/platform.js';
import type { KindRow } from './kinds/row.js';
import { workloadKinds } from './kinds/workloads.js';
import { apiVersionOf, type KindRef } from './kube-object.js';

export type { KindRow, Verb } from './kinds/row.js';

/** Every kind that is served, by name; `EventV1` is Event of events.k8s.io. */
export const kinds = { ...coreKinds, ...workloadKinds, ...platformKinds, ...accessKinds } as const;

/** The kind table: one row for each kind, in the order of discovery. */
export const kindRows: readonly KindRow[] = Object.values(kinds);

const rowsByKind = new Map(kindRows.map((row) => [`${apiVersionOf(row)}/${row.kind}`, row]));
const rowsByResource = new Map(kindRows.map((row) => [`${apiVersionOf(row)}/${row.plural}`, row]));

/** Finds the row of an object by what it says it is. */
export function rowOfObject(apiVersion: string | undefined, kind: string | undefined): KindRow | undefined {
  return rowsByKind.get(`${apiVersion}/${kind}`);
}

/** Finds the row behind `group/version` and the plural name of a path. */
export function rowOfResource(apiVersion: string, plural: string): KindRow | undefined {
  return rowsByResource.get(`${apiVersion}/${plural}`);
}

/** Finds the full row of a kind that is known by reference only. */
export function rowOf(kind: KindRef): KindRow | undefined {
  return rowsByKind.get(`${apiVersionOf(kind)}/${kind.kind}`);
}
