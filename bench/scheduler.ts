/** How many Pods a second the scheduler places: 5,000 on 50 nodes, with nothing else at work. Run: `npx tsx bench/scheduler.ts`. */
import { kinds } from '../src/api/kinds.js';
import { administrator, startControlPlane } from '../src/cluster/control-plane.js';
import { startScheduler } from '../src/controllers/scheduler/index.js';
import { deferred } from '../src/lib/deferred.js';
import { silentLogger } from '../src/lib/log.js';
import { seededRandom } from '../src/lib/seeded-random.js';
import { systemClock } from '../src/lib/system-clock.js';
import { nodeAddress, nodeObject } from '../src/node/simulated/node-object.js';
import { openMemoryStore } from '../src/store/memory.js';

const pods = 5000;
const nodes = 50;
const requests = { cpu: '100m', memory: '128Mi' };

async function main(): Promise<void> {
  const common = { clock: systemClock, random: seededRandom(1), log: silentLogger };
  await using controlPlane = await startControlPlane({ ...common, store: openMemoryStore(), node: 'none' });
  const client = controlPlane.client(administrator);
  for (let index = 0; index < pods; index += 1) {
    await client.create(kinds.Pod, {
      metadata: { namespace: 'default', name: `pod-${index}`, labels: { app: `set-${index % 50}` } },
      spec: { containers: [{ name: 'c', image: 'i', resources: { requests } }] },
    });
  }
  await Promise.all(controlPlane.controllers.map((controller) => controller.stop()));
  for (let index = 0; index < nodes; index += 1) {
    const shape = {
      address: nodeAddress(index),
      pods: 200,
      zone: `zone-${index % 3}`,
      capacity: { cpu: '64', memory: '256Gi' },
    };
    await client.create(kinds.Node, nodeObject(`node-${index}`, shape, new Date(systemClock.now())));
  }
  let bound = 0;
  const done = deferred();
  client.cache(kinds.Pod).onChange(({ before, after }) => {
    if (!before?.spec?.nodeName && after?.spec?.nodeName && ++bound === pods) done.resolve();
  });
  const own = controlPlane.client({ name: 'system:kube-scheduler', groups: ['system:authenticated'] });
  const [startMs, cpu] = [performance.now(), process.cpuUsage()];
  await using _ = startScheduler({ ...common, client: own });
  await done.promise;
  const ms = performance.now() - startMs;
  const used = process.cpuUsage(cpu);
  console.log(
    `${pods} Pods on ${nodes} nodes: ${Math.round(ms)} ms (${Math.round((used.user + used.system) / 1000)} ms of CPU), ${Math.round((pods / ms) * 1000)} Pods/s`,
  );
}

await main();
