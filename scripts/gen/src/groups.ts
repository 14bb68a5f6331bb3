import type { SchemaModule } from '../../../src/api/schema/types.js';

const k8s = (name: string, version: string, group: string): SchemaModule => ({
  id: `${name}-${version}`,
  group,
  version,
  prefix: `io.k8s.api.${name}.${version}`,
});

/** The group-versions that are generated, one file each. */
export const modules: readonly SchemaModule[] = [
  { id: 'meta-v1', group: 'meta', version: 'v1', prefix: 'io.k8s.apimachinery.pkg.apis.meta.v1' },
  k8s('core', 'v1', ''),
  k8s('apps', 'v1', 'apps'),
  k8s('batch', 'v1', 'batch'),
  k8s('policy', 'v1', 'policy'),
  k8s('discovery', 'v1', 'discovery.k8s.io'),
  k8s('events', 'v1', 'events.k8s.io'),
  k8s('coordination', 'v1', 'coordination.k8s.io'),
  k8s('storage', 'v1', 'storage.k8s.io'),
  k8s('scheduling', 'v1', 'scheduling.k8s.io'),
  k8s('networking', 'v1', 'networking.k8s.io'),
  k8s('node', 'v1', 'node.k8s.io'),
  k8s('rbac', 'v1', 'rbac.authorization.k8s.io'),
  k8s('autoscaling', 'v1', 'autoscaling'),
  k8s('autoscaling', 'v2', 'autoscaling'),
  k8s('authentication', 'v1', 'authentication.k8s.io'),
  k8s('authorization', 'v1', 'authorization.k8s.io'),
  k8s('certificates', 'v1', 'certificates.k8s.io'),
  k8s('admissionregistration', 'v1', 'admissionregistration.k8s.io'),
  {
    id: 'apiextensions-v1',
    group: 'apiextensions.k8s.io',
    version: 'v1',
    prefix: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1',
  },
  {
    id: 'apiregistration-v1',
    group: 'apiregistration.k8s.io',
    version: 'v1',
    prefix: 'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1',
  },
];

/** Kubernetes groups whose types are left out on purpose; only what refers to them from outside would notice. */
export const leftOut = ['resource', 'flowcontrol'];
