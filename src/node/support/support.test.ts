import { describe, expect, it } from 'vitest';
import type { PodSpec } from '../../api/generated/core-v1.js';
import { definition } from '../../api/schema/schema.js';
import { unsupportedPodFields } from './index.js';
import { fieldRules, wholeDefinitions } from './rules.js';

/** Definitions that a Pod's spec can reach without passing a refused field. */
function reachable(): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const visit = (key: string): void => {
    const name = key.slice(key.indexOf('.') + 1);
    const fields = definition(key)?.fields;
    if (fields === undefined || found.has(name)) return;
    found.set(name, Object.keys(fields));
    for (const [field, schema] of Object.entries(fields)) {
      if (typeof fieldRules[name]?.[field] === 'string') continue;
      for (const ref of [schema.ref, schema.items?.ref, schema.values?.ref])
        if (ref !== undefined) visit(ref);
    }
  };
  visit('core-v1.PodSpec');
  return found;
}

describe('the table of Pod fields', () => {
  it('decides on every field of the schema', () => {
    const forgotten = [...reachable()].flatMap(([name, fields]) => {
      if (wholeDefinitions.has(name)) return [];
      return fields
        .filter((field) => fieldRules[name]?.[field] === undefined)
        .map((field) => `${name}.${field}`);
    });
    expect(forgotten).toEqual([]);
  });

  it('names no field that the schema does not have', () => {
    const known = reachable();
    const invented = Object.entries(fieldRules).flatMap(([name, rules]) =>
      Object.keys(rules)
        .filter((field) => !known.get(name)?.includes(field))
        .map((field) => `${name}.${field}`),
    );
    expect(invented).toEqual([]);
  });
});

describe('a Pod', () => {
  const container = { name: 'c', image: 'busybox' };

  it('with defaults is taken', () => {
    const spec: PodSpec = {
      containers: [{ ...container, resources: {} }],
      hostNetwork: false,
      securityContext: {},
      tolerations: [],
    };
    expect(unsupportedPodFields(spec)).toEqual([]);
  });

  it('with a sidecar is taken', () => {
    const initContainers = [{ ...container, restartPolicy: 'Always' }];
    expect(unsupportedPodFields({ containers: [container], initContainers })).toEqual([]);
  });

  it('with a ServiceAccount token is taken', () => {
    const sources = [{ serviceAccountToken: { path: 'token', audience: 'vault', expirationSeconds: 600 } }];
    const volumes = [{ name: 'v', projected: { sources } }];
    expect(unsupportedPodFields({ containers: [container], volumes })).toEqual([]);
  });

  it.each<[string, PodSpec, string]>([
    [
      'a bundle of certificates',
      {
        containers: [container],
        volumes: [{ name: 'v', projected: { sources: [{ clusterTrustBundle: { path: 'ca' } }] } }],
      },
      'spec.volumes[0].projected.sources[0].clusterTrustBundle',
    ],
    ['the host network', { containers: [container], hostNetwork: true }, 'spec.hostNetwork'],
    [
      'a host port',
      { containers: [{ ...container, ports: [{ containerPort: 80, hostPort: 80 }] }] },
      'spec.containers[0].ports[0].hostPort',
    ],
    [
      'NFS',
      { containers: [container], volumes: [{ name: 'v', nfs: { server: 's', path: '/' } }] },
      'spec.volumes[0].nfs',
    ],
    [
      'a restart policy of a main container',
      { containers: [{ ...container, restartPolicy: 'Always' }] },
      'spec.containers[0].restartPolicy',
    ],
    [
      'a GPU',
      { containers: [{ ...container, resources: { limits: { 'example.com/gpu': '1' } } }] },
      'spec.containers[0].resources.limits',
    ],
    [
      'a gRPC probe',
      { containers: [{ ...container, livenessProbe: { grpc: { port: 1 } } }] },
      'spec.containers[0].livenessProbe.grpc',
    ],
  ])('with %s is refused by the name of the field', (_, spec, field) => {
    expect(unsupportedPodFields(spec).map((error) => error.field)).toEqual([field]);
  });
});
