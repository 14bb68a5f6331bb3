import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { kindRows } from '../kinds.js';
import { apiVersionOf } from '../kube-object.js';
import { unserved } from './unserved.js';

interface Oracle {
  readonly paths: {
    readonly [path: string]: { readonly [method: string]: { readonly 'x-kubernetes-action'?: string } };
  };
}

const file = fileURLToPath(new URL('../../../../shared/kubernetes/openapi-v2-1.36.json', import.meta.url));
const mustBePresent = process.env['CI'] === 'true';

/** The group-versions that are served whole. */
const groupVersions = [
  'v1',
  'apps/v1',
  'authentication.k8s.io/v1',
  'authorization.k8s.io/v1',
  'autoscaling/v1',
  'autoscaling/v2',
  'batch/v1',
  'coordination.k8s.io/v1',
  'discovery.k8s.io/v1',
  'events.k8s.io/v1',
  'networking.k8s.io/v1',
  'policy/v1',
  'rbac.authorization.k8s.io/v1',
  'scheduling.k8s.io/v1',
  'storage.k8s.io/v1',
];

const verbOfAction: { readonly [action: string]: readonly string[] } = {
  post: ['create'],
  delete: ['delete'],
  deletecollection: ['deletecollection'],
  get: ['get'],
  list: ['list'],
  patch: ['patch'],
  put: ['update'],
  connect: ['create', 'get'],
};

/** `group/version resource[/subresource]` of a path; undefined for those of other groups. */
function nameOf(path: string): string | undefined {
  const match = /^\/(?:api|apis\/(?<group>[^/]+))\/(?<version>v1|v2)\/(?<rest>.+)$/.exec(path);
  const { group, version = '', rest = '' } = match?.groups ?? {};
  const apiVersion = group === undefined ? version : `${group}/${version}`;
  if (match === null || rest.startsWith('watch/') || !groupVersions.includes(apiVersion)) return undefined;
  const [plural = '', , subresource] = rest.replace(/^namespaces\/\{namespace\}\//, '').split('/');
  return `${apiVersion} ${plural}${subresource === undefined ? '' : `/${subresource}`}`;
}

/** All that Kubernetes serves, and its verbs. */
function official(): Map<string, Set<string>> {
  const oracle: Oracle = JSON.parse(readFileSync(file, 'utf8'));
  const found = new Map<string, Set<string>>();
  for (const [path, operations] of Object.entries(oracle.paths)) {
    const name = nameOf(path);
    if (name === undefined) continue;
    const actions = Object.values(operations).map((one) => one['x-kubernetes-action'] ?? '');
    const verbs = new Set([...(found.get(name) ?? []), ...actions.flatMap((one) => verbOfAction[one] ?? [])]);
    found.set(name, verbs.has('list') && verbs.has('create') ? verbs.add('watch') : verbs);
  }
  return found;
}

function ours(): Map<string, Set<string>> {
  const own = kindRows.filter((row) => groupVersions.includes(apiVersionOf(row)));
  return new Map(
    own.flatMap((row): [string, Set<string>][] => [
      [`${apiVersionOf(row)} ${row.plural}`, new Set(row.verbs)],
      ...row.subresources.map(({ name, verbs }): [string, Set<string>] => [
        `${apiVersionOf(row)} ${row.plural}/${name}`,
        new Set(verbs),
      ]),
    ]),
  );
}

const refused = new Set(
  unserved
    .filter((one) => one.refused === 'all')
    .map(({ group, plural, subresource }) => `${group === '' ? 'v1' : group} ${plural}/${subresource}`),
);

if (existsSync(file))
  describe('what is served, against the official paths of 1.36', () => {
    it('is every resource, subresource and verb, but for what is refused by name', () => {
      const expected = [...official()].filter(([name]) => !refused.has(name));
      expect(Object.fromEntries(ours())).toEqual(Object.fromEntries(expected));
      expect(expected.length).toBe(86);
    });

    it('refuses only what Kubernetes has', () => {
      const all = official();
      for (const name of refused) expect(all.has(name), name).toBe(true);
    });
  });
else it('HAD NO ORACLE: what is served was not compared', () => expect(mustBePresent, file).toBe(false));

describe('the names of kinds', () => {
  const shortNames = Object.fromEntries(
    kindRows.flatMap((row) =>
      row.shortNames.map((short) => [`${short} ${apiVersionOf(row)}`, row.plural] as const),
    ),
  );

  it('have the short forms of Kubernetes 1.36', () => {
    expect(shortNames).toEqual({
      'cj batch/v1': 'cronjobs',
      'cm v1': 'configmaps',
      'crd apiextensions.k8s.io/v1': 'customresourcedefinitions',
      'crds apiextensions.k8s.io/v1': 'customresourcedefinitions',
      'cs v1': 'componentstatuses',
      'deploy apps/v1': 'deployments',
      'ds apps/v1': 'daemonsets',
      'ep v1': 'endpoints',
      'ev events.k8s.io/v1': 'events',
      'ev v1': 'events',
      'hpa autoscaling/v1': 'horizontalpodautoscalers',
      'hpa autoscaling/v2': 'horizontalpodautoscalers',
      'ing networking.k8s.io/v1': 'ingresses',
      'ip networking.k8s.io/v1': 'ipaddresses',
      'limits v1': 'limitranges',
      'netpol networking.k8s.io/v1': 'networkpolicies',
      'no v1': 'nodes',
      'ns v1': 'namespaces',
      'pc scheduling.k8s.io/v1': 'priorityclasses',
      'pdb policy/v1': 'poddisruptionbudgets',
      'po v1': 'pods',
      'pv v1': 'persistentvolumes',
      'pvc v1': 'persistentvolumeclaims',
      'quota v1': 'resourcequotas',
      'rc v1': 'replicationcontrollers',
      'rs apps/v1': 'replicasets',
      'sa v1': 'serviceaccounts',
      'sc storage.k8s.io/v1': 'storageclasses',
      'sts apps/v1': 'statefulsets',
      'svc v1': 'services',
      'vac storage.k8s.io/v1': 'volumeattributesclasses',
    });
  });

  it('are in the category all as in Kubernetes 1.36', () => {
    const all = kindRows.filter(({ categories }) => categories.includes('all')).map(({ plural }) => plural);
    expect(new Set(all)).toEqual(
      new Set([
        'cronjobs',
        'daemonsets',
        'deployments',
        'horizontalpodautoscalers',
        'jobs',
        'pods',
        'replicasets',
        'replicationcontrollers',
        'services',
        'statefulsets',
      ]),
    );
  });
});
