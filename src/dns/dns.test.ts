import { createSocket } from 'node:dgram';
import * as packet from 'dns-packet';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestCluster, type TestCluster } from '../cluster/test-cluster.fixture.js';
import { silentLogger } from '../lib/log.js';
import { seededRandom } from '../lib/seeded-random.js';
import { type DnsHost, hostHere } from './host.js';
import { startDns } from './index.js';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one[Symbol.asyncDispose]();
});

async function serve(): Promise<{ cluster: TestCluster; host: DnsHost }> {
  const cluster = await startTestCluster();
  const host = await hostHere('cluster.local', { host: '127.0.0.1', port: 0 });
  const deps = { client: cluster.client, clock: cluster.clock, random: seededRandom(1), log: silentLogger };
  const dns = await startDns(deps, { host, zone: 'cluster.local' });
  open.push(cluster, host, dns);
  return { cluster, host };
}

async function addresses(host: DnsHost, name: string): Promise<readonly string[]> {
  const socket = createSocket('udp4');
  const reply = await new Promise<Buffer>((resolve) => {
    socket.once('message', resolve);
    socket.send(
      packet.encode({ type: 'query', id: 1, questions: [{ type: 'A', name }] }),
      host.port,
      '127.0.0.1',
    );
  });
  socket.close();
  return (packet.decode(reply).answers ?? []).flatMap((answer) => (answer.type === 'A' ? [answer.data] : []));
}

const manifest = `
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 3306, name: mysql}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 2
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: c, image: i}]}
`;

describe('DNS beside a control plane', () => {
  it('names Pods as soon as they are ready, and only those', async () => {
    const { cluster, host } = await serve();
    await cluster.apply(manifest);
    await cluster.until(() => cluster.ready().length === 2);
    await cluster.settle();
    const first = cluster.pods()[0]?.status?.podIP;
    expect(await addresses(host, 'db-0.db.default.svc.cluster.local')).toEqual([first]);
    expect(await addresses(host, 'db.default.svc.cluster.local')).toHaveLength(2);
    expect(await addresses(host, 'db-2.db.default.svc.cluster.local')).toEqual([]);
  });
});
