import { describe, expect, it } from 'vitest';
import { kinds } from './kinds.js';
import { checkFields } from './walker.js';

const set = (spec: object): object => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'mysql', labels: { app: 'mysql' } },
  spec: {
    serviceName: 'mysql',
    selector: { matchLabels: { app: 'mysql' } },
    template: { spec: { containers: [{ name: 'mysql', image: 'mysql:8' }] } },
    ...spec,
  },
});

const container = (fields: object): object =>
  set({ template: { spec: { containers: [{ name: 'mysql', image: 'mysql:8', ...fields }] } } });

const check = (object: unknown) => checkFields(kinds.StatefulSet.definition, object);

describe('checkFields', () => {
  it('gives back the very object when nothing is wrong', () => {
    const object = set({ replicas: 3 });
    const result = check(object);
    expect(result.object).toBe(object);
    expect(result).toMatchObject({ unknown: [], errors: [], missing: [] });
  });

  it('leaves out unknown fields and names them by path', () => {
    const result = check({ ...container({ imagePullPolice: 'Always' }), extra: 1 });
    expect(result.unknown).toEqual(['spec.template.spec.containers[0].imagePullPolice', 'extra']);
    expect(result.object).toEqual(container({}));
  });

  it.each([
    [
      set({ replicas: '3' }),
      'json: cannot unmarshal string into Go struct field StatefulSetSpec.spec.replicas of type int32',
    ],
    [
      set({ replicas: 1.5 }),
      'json: cannot unmarshal number 1.5 into Go struct field StatefulSetSpec.spec.replicas of type int32',
    ],
    [
      set({ replicas: 3e9 }),
      'json: cannot unmarshal number into Go struct field StatefulSetSpec.spec.replicas of type int32',
    ],
    [
      container({ env: [{ name: 'A', value: 1 }] }),
      'json: cannot unmarshal number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string',
    ],
    [
      container({ ports: { containerPort: 3306 } }),
      'json: cannot unmarshal object into Go struct field Container.spec.template.spec.containers.ports of type []v1.ContainerPort',
    ],
    [
      { ...set({}), metadata: { labels: { app: true } } },
      'json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string',
    ],
    [
      set({ template: 'x' }),
      'json: cannot unmarshal string into Go struct field StatefulSetSpec.spec.template of type v1.PodTemplateSpec',
    ],
  ])('says what could not be read %#', (object, message) => {
    expect(check(object).errors).toEqual([message]);
  });

  it.each([
    ['128Mi', '128Mi'],
    [0.5, '500m'],
    [2, '2'],
    ['1024Mi', '1Gi'],
  ])('stores the quantity %s as %s', (given, stored) => {
    const result = check(container({ resources: { limits: { memory: given } } }));
    expect(result.errors).toEqual([]);
    expect(result.object).toEqual(container({ resources: { limits: { memory: stored } } }));
  });

  it('refuses what is no quantity, naming the field', () => {
    const { errors } = check(container({ resources: { limits: { memory: '1Gb' } } }));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain('spec.template.spec.containers[0].resources.limits[memory]: ');
  });

  it('takes numbers and strings for int-or-string', () => {
    const probe = (port: unknown): object => container({ livenessProbe: { tcpSocket: { port } } });
    expect(check(probe('mysql')).errors).toEqual([]);
    expect(check(probe(3306)).errors).toEqual([]);
    expect(check(probe(true)).errors[0]).toContain('of type intstr.IntOrString');
  });

  it.each([
    ['2026-11-22T10:00:00Z', '2026-11-22T10:00:00Z'],
    ['2026-11-22T10:00:00.5+02:00', '2026-11-22T08:00:00Z'],
  ])('stores the time %s as %s', (given, stored) => {
    const { object } = check({ metadata: { creationTimestamp: given } });
    expect(object).toEqual({ metadata: { creationTimestamp: stored } });
  });

  it('keeps microseconds where the type has them', () => {
    const lease = { spec: { renewTime: '2026-11-22T10:00:00.123456Z' } };
    expect(checkFields(kinds.Lease.definition, lease).object).toBe(lease);
  });

  it('keeps the empty lists that Kubernetes writes', () => {
    expect(checkFields('rbac-v1.Role', { rules: [] }).object).toEqual({ rules: [] });
  });

  it('drops optional lists and maps that are empty, and keeps empty objects', () => {
    const empty = { nodeSelector: {}, tolerations: [], securityContext: {}, containers: [] };
    const { object } = check({ metadata: { name: 'a', labels: {} }, spec: { template: { spec: empty } } });
    expect(object).toEqual({
      metadata: { name: 'a' },
      spec: { template: { spec: { securityContext: {}, containers: [] } } },
    });
  });

  it('drops null like an absent field, as kubectl relies on for creationTimestamp', () => {
    expect(check({ metadata: { name: 'a', creationTimestamp: null } }).object).toEqual({
      metadata: { name: 'a' },
    });
  });

  it('refuses bad base64 in a Secret', () => {
    expect(checkFields(kinds.Secret.definition, { data: { key: 'YQ==' } }).errors).toEqual([]);
    expect(checkFields(kinds.Secret.definition, { data: { key: 'a b!' } }).errors).toEqual([
      'data[key]: illegal base64 data at input byte 1',
    ]);
  });

  it('names required fields that are absent', () => {
    const { missing } = check({ spec: { template: { spec: { containers: [{ image: 'a' }] } } } });
    expect(missing.map(({ field }) => field)).toEqual([
      'spec.template.spec.containers[0].name',
      'spec.selector',
    ]);
  });

  it('keeps arbitrary JSON as it is', () => {
    const revision = { revision: 1, data: { spec: { anything: [null, { a: 1 }] } } };
    expect(checkFields(kinds.ControllerRevision.definition, revision).object).toBe(revision);
  });

  it('does not take inherited names for fields', () => {
    expect(check(JSON.parse('{"constructor":{},"__proto__":{}}')).unknown).toEqual([
      'constructor',
      '__proto__',
    ]);
  });
});
