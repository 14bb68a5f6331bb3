import type {
  APIGroup,
  APIGroupList,
  APIResource,
  APIResourceList,
  APIVersions,
} from './generated/meta-v1.js';
import type { KindRow, SubresourceRow, Verb } from './kinds/row.js';
import { kindRows } from './kinds.js';
import { apiVersionOf } from './kube-object.js';

interface ResponseKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** A resource of apidiscovery.k8s.io/v2. */
export interface ResourceDiscovery {
  readonly resource: string;
  readonly responseKind: ResponseKind;
  readonly scope: 'Namespaced' | 'Cluster';
  readonly singularResource: string;
  readonly verbs: readonly Verb[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources?: readonly {
    readonly subresource: string;
    readonly responseKind: ResponseKind;
    readonly verbs: readonly Verb[];
  }[];
}

/** A group of apidiscovery.k8s.io/v2; the core group has no name. */
export interface GroupDiscovery {
  readonly metadata: { readonly name?: string; readonly creationTimestamp: null };
  readonly versions: readonly {
    readonly version: string;
    readonly resources: readonly ResourceDiscovery[];
    readonly freshness: 'Current';
  }[];
}

/** APIGroupDiscoveryList of apidiscovery.k8s.io/v2; v2beta1 of older clients differs in nothing but its name. */
export interface AggregatedDiscovery {
  readonly kind: 'APIGroupDiscoveryList';
  readonly apiVersion: 'apidiscovery.k8s.io/v2';
  readonly metadata: Record<string, never>;
  readonly items: readonly GroupDiscovery[];
}

/** Every document of discovery. Legacy clients walk `api`, `apis`, `groups` and `resources`; newer ones ask for `aggregated*`. */
export interface DiscoveryDocuments {
  /** `/api` */
  readonly api: APIVersions;
  /** `/apis` */
  readonly apis: APIGroupList;
  /** `/apis/GROUP`, by group. */
  readonly groups: ReadonlyMap<string, APIGroup>;
  /** `/api/v1` and `/apis/GROUP/VERSION`, by `v1` and `GROUP/VERSION`. */
  readonly resources: ReadonlyMap<string, APIResourceList>;
  /** `/api` in the aggregated form. */
  readonly aggregatedApi: AggregatedDiscovery;
  /** `/apis` in the aggregated form. */
  readonly aggregatedApis: AggregatedDiscovery;
}

/** Builds the documents of discovery from the kind table. `serverAddress` is `host:port` as clients reach it. */
export function discoveryDocuments(
  rows: readonly KindRow[] = kindRows,
  serverAddress = '127.0.0.1:6443',
): DiscoveryDocuments {
  const names = [...new Set(rows.map((row) => row.group))].filter((name) => name !== '');
  const groups = new Map(names.map((name) => [name, apiGroup(name, rows)]));
  const versions = [...new Set(rows.map(apiVersionOf))];
  return {
    api: {
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
    },
    apis: { kind: 'APIGroupList', apiVersion: 'v1', groups: [...groups.values()] },
    groups: new Map(
      [...groups].map(([name, group]) => [name, { kind: 'APIGroup', apiVersion: 'v1', ...group }]),
    ),
    resources: new Map(versions.map((version) => [version, resourceList(version, rows)])),
    aggregatedApi: aggregated([''], rows),
    aggregatedApis: aggregated(names, rows),
  };
}

function versionsOf(group: string, rows: readonly KindRow[]): readonly string[] {
  return [...new Set(rows.filter((row) => row.group === group).map((row) => row.version))];
}

function apiGroup(name: string, rows: readonly KindRow[]): APIGroup {
  const versions = versionsOf(name, rows).map((version) => ({ groupVersion: `${name}/${version}`, version }));
  const [preferredVersion] = versions;
  return { name, versions, ...(preferredVersion === undefined ? {} : { preferredVersion }) };
}

function resourceList(groupVersion: string, rows: readonly KindRow[]): APIResourceList {
  const own = rows.filter((row) => apiVersionOf(row) === groupVersion);
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: own.flatMap(apiResources) };
}

function apiResources(row: KindRow): readonly APIResource[] {
  const { plural, singular, namespaced, kind, verbs } = row;
  const main = { name: plural, singularName: singular, namespaced, kind, verbs, ...names(row) };
  return [main, ...row.subresources.map((sub) => subresource(row, sub))];
}

function names({ shortNames, categories }: KindRow): Pick<APIResource, 'shortNames' | 'categories'> {
  return {
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
  };
}

function subresource(row: KindRow, sub: SubresourceRow): APIResource {
  const foreign = sub.group !== row.group || sub.version !== row.version;
  return {
    name: `${row.plural}/${sub.name}`,
    singularName: '',
    namespaced: row.namespaced,
    ...(foreign ? { group: sub.group, version: sub.version } : {}),
    kind: sub.kind,
    verbs: sub.verbs,
  };
}

function aggregated(groups: readonly string[], rows: readonly KindRow[]): AggregatedDiscovery {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map((name) => ({
      metadata: { ...(name === '' ? {} : { name }), creationTimestamp: null },
      versions: versionsOf(name, rows).map((version) => ({
        version,
        resources: rows.filter((row) => row.group === name && row.version === version).map(resourceDiscovery),
        freshness: 'Current',
      })),
    })),
  };
}

function resourceDiscovery(row: KindRow): ResourceDiscovery {
  const subresources = row.subresources.map(({ name, verbs, group, version, kind }) => ({
    subresource: name,
    responseKind: { group, version, kind },
    verbs,
  }));
  return {
    resource: row.plural,
    responseKind: { group: row.group, version: row.version, kind: row.kind },
    scope: row.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: row.singular,
    verbs: row.verbs,
    ...names(row),
    ...(subresources.length === 0 ? {} : { subresources }),
  };
}
