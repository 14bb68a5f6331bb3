import { mkdirSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { BenchCluster, residentBytes, root } from './cluster.js';
import { markdown, type Row, sampleOf, seconds, timed } from './measure.js';

const ARCHITECTURE = join(root, 'examples/mysql/architecture.yaml');
const ROUNDS = 5;

/** Measures whole clusters as the command line brings them up; gives the text of the report's section. */
export async function benchUp(): Promise<string> {
  await using cluster = new BenchCluster('bench');
  await cluster.holdfast('up');
  const rows: Row[] = [];
  for (const measure of [upAgainstBare, secondUp, memory, coldStart]) {
    const row = await measure(cluster);
    rows.push(row);
    console.log(`${row.what}: ${row.measured} (goal ${row.goal})`);
  }
  return `
${markdown(rows)}

The stock control plane (Kubernetes 1.20.2 with etcd 3.4, 2 cores, 2026-11-22, not measured in this run) took about 3 s from
cold to a ready API and about 600 MB without its kubelet.`;
}

/** `up` of the course's file on a stopped cluster beside the bare script, alternated. */
async function upAgainstBare(cluster: BenchCluster): Promise<Row> {
  const up: number[] = [];
  const bare: number[] = [];
  // The first round brings the images to the node and is not counted.
  for (let round = 0; round <= ROUNDS; round += 1) {
    await cluster.holdfast('down');
    const upMs = await timed(() => cluster.holdfast('up', ARCHITECTURE));
    await removeDatabase(cluster);
    const bareMs = Number((await bareRun(cluster, round)).trim());
    if (round === 0) continue;
    up.push(upMs);
    bare.push(bareMs);
    console.log(`round ${round}: up ${Math.round(upMs)} ms, bare ${Math.round(bareMs)} ms`);
  }
  const ratio = sampleOf(up).median / sampleOf(bare).median;
  return {
    what: '`up architecture.yaml` from a stopped cluster to three replicated servers, against the bare script',
    measured: `${seconds(sampleOf(up))} against ${seconds(sampleOf(bare))}: ${ratio.toFixed(2)} x`,
    goal: 'at most 1.15 x',
    met: ratio <= 1.15,
  };
}

function bareRun(cluster: BenchCluster, round: number): Promise<string> {
  const directory = join(cluster.paths.state, `bare-${round}`);
  mkdirSync(directory, { recursive: true });
  return cluster.inside('bare.ts', cluster.paths.runFiles.containerdSocket, directory, cluster.paths.cgroup);
}

async function removeDatabase(cluster: BenchCluster): Promise<void> {
  const kinds =
    'statefulset/mysql service/mysql service/mysql-master configmap/mysql-mysql-state secret/mysql-mysql-operator';
  const claims = [0, 1, 2].map((ordinal) => `pvc/mysql-storage-mysql-${ordinal}`);
  await cluster.kubectl('delete', '--ignore-not-found', ...kinds.split(' '));
  await cluster.kubectl('wait', '--for=delete', 'pod', '-l', 'app=mysql', '--timeout=120s');
  await cluster.kubectl('delete', '--ignore-not-found', ...claims);
}

/** `up` again on a cluster that has everything. */
async function secondUp(cluster: BenchCluster): Promise<Row> {
  await cluster.holdfast('up', ARCHITECTURE);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    times.push(await timed(() => cluster.holdfast('up', ARCHITECTURE)));
  const sample = sampleOf(times);
  return {
    what: 'a second `up` on the running cluster',
    measured: seconds(sample),
    goal: 'under 3 s',
    met: sample.median < 3000,
  };
}

/** From the death of the daemon to the first answer of the next one: its whole cold start, by the socket that the keeper holds. */
async function coldStart(cluster: BenchCluster): Promise<Row> {
  const { apiPort } = JSON.parse(await cluster.holdfast('status', '-o', 'json'));
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    // The keeper restarts a daemon that lived for a while at once; one that dies young waits longer.
    await pause(5_000);
    const { daemon } = await cluster.pids();
    times.push(
      await timed(async () => {
        process.kill(daemon, 'SIGKILL');
        while (!(await isReady(apiPort))) await pause(5);
      }),
    );
  }
  const sample = sampleOf(times);
  return {
    what: 'cold start of the control plane: from `kill -9` of the daemon to a ready API',
    measured: seconds(sample),
    goal: 'under 0.5 s',
    met: sample.median < 500,
  };
}

function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request(
      { host: '127.0.0.1', port, path: '/readyz', rejectUnauthorized: false, agent: false, timeout: 5_000 },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode === 200);
      },
    );
    call.on('error', () => resolve(false));
    call.on('timeout', () => call.destroy());
    call.end();
  });
}

/** Resident memory of keeper and daemon (its workers are threads of it) with the course's cluster, after a quiet while. */
async function memory(cluster: BenchCluster): Promise<Row> {
  await cluster.holdfast('up', ARCHITECTURE);
  await pause(20_000);
  const { keeper, daemon } = await cluster.pids();
  const sum = residentBytes([keeper, daemon]);
  return {
    what: "resident memory of keeper and daemon, idle with the course's cluster",
    measured: `${(sum / 1e6).toFixed(0)} MB`,
    goal: 'under 150 MB',
    met: sum < 150e6,
  };
}
