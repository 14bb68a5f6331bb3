import type { KindRef } from '../kube-object.js';

/** Something that Kubernetes serves in a group-version that is served here, and that is refused by name. */
export interface Unserved {
  readonly group: string;
  readonly plural: string;
  /** '' for the kind itself. */
  readonly subresource: string;
  /** `all`: not there at all. `writes`: it can be read only. */
  readonly refused: 'all' | 'writes';
  readonly why: string;
}

const proxied =
  'is not offered here: forward a port instead (kubectl port-forward), or publish a Service with: holdfast up --publish SERVICE[:PORT]';

/** Everything of the served group-versions that is not offered; a test compares with the official description. */
export const unserved: readonly Unserved[] = [
  {
    group: '',
    plural: 'nodes',
    subresource: 'proxy',
    refused: 'all',
    why: 'nodes/proxy is not offered here: the node has no HTTP API of its own; logs, exec and port-forward go through the Pod',
  },
  { group: '', plural: 'pods', subresource: 'proxy', refused: 'all', why: `pods/proxy ${proxied}` },
  { group: '', plural: 'services', subresource: 'proxy', refused: 'all', why: `services/proxy ${proxied}` },
  {
    group: '',
    plural: 'pods',
    subresource: 'resize',
    refused: 'writes',
    why: 'pods/resize is not offered here: delete the Pod and create it with the resources that it should have',
  },
  {
    group: 'apiextensions.k8s.io',
    plural: 'customresourcedefinitions',
    subresource: '',
    refused: 'writes',
    why: 'CustomResourceDefinitions are not supported here: there are no kinds but those of the API that is served, and this list is always empty',
  },
];

type Named = Pick<KindRef, 'group' | 'plural'>;

function find({ group, plural }: Named, subresource: string): Unserved | undefined {
  return unserved.find(
    (one) => one.group === group && one.plural === plural && one.subresource === subresource,
  );
}

/** Why a subresource is not there at all; undefined when it is. */
export function unservedWhy(kind: Named, subresource: string): string | undefined {
  const found = find(kind, subresource);
  return found?.refused === 'all' ? found.why : undefined;
}

/** Why a subresource, or the kind itself, cannot be written; undefined when it can. */
export function unwritableWhy(kind: Named, subresource = ''): string | undefined {
  return find(kind, subresource)?.why;
}
