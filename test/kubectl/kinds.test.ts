import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Deployment } from '../../src/api/generated/apps-v1.js';
import type { HorizontalPodAutoscaler as HorizontalPodAutoscalerV1 } from '../../src/api/generated/autoscaling-v1.js';
import type { HorizontalPodAutoscaler } from '../../src/api/generated/autoscaling-v2.js';
import { kindRows } from '../../src/api/kinds.js';
import { type Kubectl, kubectlVersions } from '../tools/kubectl.js';
import { readTable } from '../tools/table.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';

let cluster: PaperCluster;

beforeAll(async () => {
  cluster = await startPaperCluster();
});

afterAll(() => cluster?.[Symbol.asyncDispose]());

describe.each(kubectlVersions)('kinds that kubectl %s knows', (version) => {
  let kubectl: Kubectl;
  const name = `web-${version.replace('.', '-')}`;

  beforeAll(async () => {
    kubectl = cluster.kubectl(version);
    await kubectl.ok(['create', 'deployment', name, '--image=nginx:1', '--replicas=1']);
  });

  it('autoscale: one autoscaler, seen in both versions', async () => {
    const made = await kubectl.ok([
      'autoscale',
      'deployment',
      name,
      '--min=1',
      '--max=3',
      '--cpu-percent=70',
    ]);
    expect(made).toContain(`horizontalpodautoscaler.autoscaling/${name} autoscaled`);
    const { rows } = readTable(await kubectl.ok(['get', 'hpa', name]));
    expect(rows).toMatchObject([
      {
        NAME: name,
        REFERENCE: `Deployment/${name}`,
        TARGETS: 'cpu: <unknown>/70%',
        MINPODS: '1',
        MAXPODS: '3',
      },
    ]);
    const v1 = await kubectl.json<HorizontalPodAutoscalerV1>([
      'get',
      'horizontalpodautoscalers.v1.autoscaling',
      name,
    ]);
    expect(v1.spec?.targetCPUUtilizationPercentage).toBe(70);
    const v2 = await kubectl.json<HorizontalPodAutoscaler>([
      'get',
      'horizontalpodautoscalers.v2.autoscaling',
      name,
    ]);
    expect([v2.metadata?.uid, v2.spec?.metrics?.length]).toEqual([v1.metadata?.uid, 1]);
    await kubectl.ok(['delete', 'hpa', name]);
  });

  it('a new Deployment has not been changed', async () => {
    await kubectl.ok(['rollout', 'status', `deployment/${name}`, '--timeout=20s']);
    const { metadata, status } = await kubectl.json<Deployment>(['get', 'deployment', name]);
    expect([metadata?.generation, status?.observedGeneration]).toEqual([1, 1]);
  });

  it('get componentstatuses: all are well, with a warning', async () => {
    const { stdout, stderr } = await kubectl.run(['get', 'cs']);
    expect(stderr).toContain('Warning: v1 ComponentStatus is deprecated in v1.19+');
    expect(readTable(stdout).rows.map((row) => row['STATUS'])).toEqual(['Healthy', 'Healthy', 'Healthy']);
  });

  it('lists every kind that can be listed', async () => {
    const listed = kindRows.filter(({ verbs }) => verbs.includes('list'));
    const types = listed.map(({ plural, version: of, group }) =>
      group === '' ? plural : `${plural}.${of}.${group}`,
    );
    expect((await kubectl.run(['get', types.join(','), '-A', '-o', 'wide'])).code).toBe(0);
  });

  it('what is wrong is said with its path', async () => {
    const { code, stderr } = await kubectl.run(['create', 'cronjob', 'x', '--image=a', '--schedule=* * *']);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(
        'CronJob.batch "x" is invalid: spec.schedule: Invalid value: "* * *": expected exactly 5 fields, found 3: [* * *]',
      ),
    ]);
    const unknown = await kubectl.run(['get', 'ingress', '--field-selector=a.b=c']);
    expect(unknown.stderr).toContain(
      '"a.b" is not a known field selector: only "metadata.name", "metadata.namespace"',
    );
  });
});
