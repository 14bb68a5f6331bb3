import { describe, expect, it } from 'vitest';
import { type JsonObject, valueAt } from '../deep.js';
import { applyDefaults } from '../defaults/index.js';
import type { KindRef, KubeObject } from '../kube-object.js';
import { lastAppliedOf, withLastApplied } from './last-applied.js';
import { applyStrategicMergePatch } from './strategic-merge.js';
import { threeWayPatch } from './three-way.js';

type Loose = KubeObject & JsonObject;

const statefulSet: KindRef<Loose> = {
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  namespaced: true,
};
const definition = 'apps-v1.StatefulSet';

const manifest = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'mysql', namespace: 'default' },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'mysql' } },
    template: {
      metadata: { labels: { app: 'mysql' } },
      spec: { containers: [{ name: 'mysql', image: 'mysql:8', ports: [{ containerPort: 3306 }] }] },
    },
  },
};

describe('apply as kubectl does', () => {
  function apply(
    modified: JsonObject,
    current: JsonObject,
  ): { readonly body: unknown; readonly stored: JsonObject } {
    const body = threeWayPatch({ lastApplied: lastAppliedOf(current), modified, current }, definition);
    const patched = applyStrategicMergePatch(current, body, definition);
    return { body, stored: applyDefaults(statefulSet, patched) };
  }

  it('finds nothing to do the second time', () => {
    const modified = withLastApplied(manifest);
    const stored = applyDefaults(statefulSet, modified);
    expect(apply(modified, stored).body).toEqual({});
  });

  it('takes back what the manifest no longer says', () => {
    const first = withLastApplied({ ...manifest, metadata: { ...manifest.metadata, labels: { old: 'x' } } });
    const stored = applyDefaults(statefulSet, first);
    const second = withLastApplied({ ...manifest, spec: { ...manifest.spec, replicas: 5 } });
    const result = apply(second, stored);
    expect(result.stored).toMatchObject({
      metadata: { name: 'mysql' },
      spec: { replicas: 5, podManagementPolicy: 'OrderedReady' },
    });
    expect(valueAt(result.stored, 'metadata', 'labels') ?? {}).toEqual({});
    expect(apply(second, result.stored).body).toEqual({});
  });
});
