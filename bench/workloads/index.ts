import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../src/lib/system-clock.js';
import { root } from '../cluster.js';
import { markdown, type Row, sampleOf, seconds, timed } from '../measure.js';
import { Noise } from '../noise.js';
import { Programs } from '../programs.js';
import { type Sets, WorkloadCluster } from './cluster.js';
import { type Cost, costPlot, costTable } from './cost.js';

const ROUNDS = 5;
const IDLE_MS = 30_000;
/** The store forgets its past, and the collector what was made on the way, within this time. */
const SETTLE_MS = 60_000;
/** Pods of the runs that show what one Pod costs; a hundred to a set. */
const SIZES = [100, 500, 1000, 2500, 5000];
const plotFile = 'bench/workloads.svg';

/** What the measurements share. */
interface Bench {
  readonly programs: Programs;
  readonly noise: Noise;
  readonly directory: string;
}

/** Measures sets of simulated Pods under a whole control plane; gives the text of the report's section. */
export async function benchWorkloads(): Promise<string> {
  await using programs = await Programs.bundle();
  const directory = mkdtempSync('/var/tmp/holdfast-bench-');
  try {
    const bench: Bench = { programs, noise: new Noise(directory), directory };
    const rows = [await parallel(bench), await ordered(bench), await claims(bench), await rolling(bench)];
    const { costs, rows: large } = await scale(bench);
    writeFileSync(join(root, plotFile), costPlot(costs));
    return report(bench, [...rows, ...large], costs);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function report({ noise }: Bench, rows: readonly Row[], costs: readonly Cost[]): string {
  return `${noise.text}
- the control plane (store on disk, API over TLS, all controllers, scheduler, 50 simulated nodes of 110 Pods) is a process of
  its own with the daemon's flags, the client another; a time is from sending the first set to the event that says that all
  Pods are ready

${markdown(rows)}

The stock control plane with hollow nodes (Kubernetes 1.20.2 with etcd 3.4, 2 cores, 2026-11-22, measured elsewhere, not in
this run) took 48 s for 300 Pods in parallel and 45 s for 50 in order.

What one Pod costs the control plane, from its creation to the last Event about it, in sets of 100:

${costTable(costs)}

![Processor time a Pod](workloads.svg)`;
}

async function parallel(bench: Bench): Promise<Row> {
  const times = await repeated(bench, { prefix: 'parallel', sets: 1, replicas: 300, policy: 'Parallel' });
  return within('300 Pods of a Parallel set, ready', times, 3000);
}

async function ordered(bench: Bench): Promise<Row> {
  const times = await repeated(bench, { prefix: 'ordered', sets: 1, replicas: 50, policy: 'OrderedReady' });
  return within('50 Pods of an OrderedReady set, each after the one before is ready', times, 1000);
}

async function claims(bench: Bench): Promise<Row> {
  const wanted: Sets = { prefix: 'claims', sets: 1, replicas: 300, policy: 'Parallel', claims: true };
  return within(
    '300 Pods of a Parallel set, each with a claim and its volume, ready',
    await repeated(bench, wanted),
  );
}

/** A new cluster each round, as a user's first set finds it; the first round warms the disk up and is not counted. */
async function repeated(bench: Bench, wanted: Sets): Promise<readonly number[]> {
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    bench.noise.observe();
    await using cluster = await WorkloadCluster.start(bench.programs, bench.directory);
    const ms = await timed(() => cluster.bringUp(wanted));
    if (round > 0) times.push(ms);
  }
  return times;
}

async function rolling(bench: Bench): Promise<Row> {
  const wanted: Sets = { prefix: 'rolling', sets: 1, replicas: 300, policy: 'Parallel' };
  const times: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    bench.noise.observe();
    await using cluster = await WorkloadCluster.start(bench.programs, bench.directory);
    await cluster.bringUp(wanted);
    await cluster.quiet();
    times.push(await timed(() => cluster.update(wanted)));
  }
  return within('rolling update of 300 Pods, one after the other', times);
}

/** What a Pod costs at each size; the largest also says how long it took, and what it takes when nothing happens. */
async function scale(
  bench: Bench,
): Promise<{ readonly costs: readonly Cost[]; readonly rows: readonly Row[] }> {
  const costs: Cost[] = [];
  const largest: { readonly ms: number[]; readonly idle: number[] } = { ms: [], idle: [] };
  for (const pods of SIZES) {
    const runs: Run[] = [];
    for (let round = 0; round < 3; round += 1) {
      bench.noise.observe();
      runs.push(await oneRun(bench, pods));
    }
    costs.push({
      pods,
      processorMs: sampleOf(runs.map(({ processorMs }) => processorMs / pods)),
      wallMs: sampleOf(runs.map(({ ms }) => ms / pods)),
      residentKb: sampleOf(runs.map(({ bytes }) => bytes / pods / 1000)),
    });
    if (pods !== SIZES.at(-1)) continue;
    largest.ms.push(...runs.map(({ ms }) => ms));
    largest.idle.push(...runs.flatMap(({ idle }) => idle ?? []));
  }
  const idle = sampleOf(largest.idle.map((part) => part * 100));
  const idleRow: Row = {
    what: `processor time with 5,000 settled Pods, in ${IDLE_MS / 1000} s, a minute after the last Event about them`,
    measured: `${idle.median.toFixed(2)} % of a core (${idle.lowest.toFixed(2)}-${idle.highest.toFixed(2)}, n=${idle.count})`,
    goal: 'under 1 %',
    met: idle.median < 1,
  };
  console.log(`${idleRow.what}: ${idleRow.measured} (goal ${idleRow.goal})`);
  return { costs, rows: [within('5,000 Pods in 50 Parallel sets, ready', largest.ms, 60_000), idleRow] };
}

/** One cluster that is filled. */
interface Run {
  readonly ms: number;
  readonly processorMs: number;
  /** Memory beyond that of the empty cluster. */
  readonly bytes: number;
  /** Part of a core that it takes when nothing happens; of the largest only. */
  readonly idle: number | undefined;
}

async function oneRun(bench: Bench, pods: number): Promise<Run> {
  await using cluster = await WorkloadCluster.start(bench.programs, bench.directory);
  await cluster.quiet();
  const [before, bytesBefore] = [await cluster.processorMs(), await cluster.residentBytes()];
  const ms = await timed(() =>
    cluster.bringUp({ prefix: 'scale', sets: pods / 100, replicas: 100, policy: 'Parallel' }),
  );
  await cluster.quiet();
  const processorMs = (await cluster.processorMs()) - before;
  const bytes = (await cluster.residentBytes()) - bytesBefore;
  const idle = pods === SIZES.at(-1) ? await idlePart(cluster) : undefined;
  console.log(`${pods} Pods: ${Math.round(ms)} ms, ${Math.round(processorMs)} ms of processor time`);
  return { ms, processorMs, bytes, idle };
}

async function idlePart(cluster: WorkloadCluster): Promise<number> {
  await systemClock.sleep(SETTLE_MS);
  const [before, began] = [await cluster.processorMs(), performance.now()];
  await systemClock.sleep(IDLE_MS);
  return ((await cluster.processorMs()) - before) / (performance.now() - began);
}

function within(what: string, times: readonly number[], goalMs?: number): Row {
  const sample = sampleOf(times);
  const row: Row = {
    what,
    measured: seconds(sample),
    goal: goalMs === undefined ? '' : `under ${goalMs / 1000} s`,
    met: goalMs === undefined ? undefined : sample.median < goalMs,
  };
  console.log(`${row.what}: ${row.measured}${goalMs === undefined ? '' : ` (goal ${row.goal})`}`);
  return row;
}
