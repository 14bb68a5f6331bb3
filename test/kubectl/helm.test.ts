import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StatefulSet } from '../../src/api/generated/apps-v1.js';
import { helmPath, type Kubectl } from '../tools/kubectl.js';
import { setIsReady } from '../tools/objects.js';
import { runProcess } from '../tools/process.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';

const template = `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: {{ .Release.Name }} }
spec:
  serviceName: {{ .Release.Name }}
  replicas: {{ .Values.replicas }}
  selector: { matchLabels: { app: {{ .Release.Name }} } }
  template:
    metadata: { labels: { app: {{ .Release.Name }} } }
    spec: { containers: [{ name: main, image: "example:1" }] }
`;

let cluster: PaperCluster;
let kubectl: Kubectl;
let chart: string;

/** Renders the chart. */
async function rendered(...args: readonly string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: chart };
  const { code, stdout, stderr } = await runProcess([helmPath(), 'template', 'notes', chart, ...args], {
    env,
  });
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}

beforeAll(async () => {
  cluster = await startPaperCluster();
  kubectl = cluster.kubectl('1.35');
  chart = await mkdtemp(join(tmpdir(), 'holdfast-chart-'));
  await mkdir(join(chart, 'templates'));
  await writeFile(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: notes\nversion: 0.1.0\n');
  await writeFile(join(chart, 'values.yaml'), 'replicas: 1\n');
  await writeFile(join(chart, 'templates/set.yaml'), template);
});

afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]();
  if (chart !== undefined) await rm(chart, { recursive: true, force: true });
});

describe('a helm chart', () => {
  it('is rendered by helm and applied by kubectl, first and again', async () => {
    await kubectl.ok(['apply', '-f', '-'], { input: await rendered() });
    await setIsReady(kubectl, 'notes', 1);
    const again = await kubectl.ok(['apply', '-f', '-'], { input: await rendered('--set', 'replicas=2') });
    expect(again).toBe('statefulset.apps/notes configured\n');
    await setIsReady(kubectl, 'notes', 2);
    const set = await kubectl.json<StatefulSet>(['get', 'sts', 'notes']);
    expect(set.spec?.serviceName).toBe('notes');
  });
});
