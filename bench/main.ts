import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { join } from 'node:path';
import { BenchCluster, root } from './cluster.js';
import { markdown, type Row } from './measure.js';
import { coldStart, memory, secondUp, upAgainstBare } from './up.js';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const before = loadavg()[0] ?? 0;
const rows: Row[] = [];
{
  await using cluster = new BenchCluster('bench');
  await cluster.holdfast('up');
  for (const measure of [upAgainstBare, secondUp, memory, coldStart]) {
    const row = await measure(cluster);
    rows.push(row);
    console.log(`${row.what}: ${row.measured} (goal ${row.goal})`);
  }
}
const machine = `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), Linux ${release()}, Node.js ${process.version}`;
const text = `# Benchmark results

Written by \`npm run bench\`: each line is a median of several runs in one session, with the lowest and the highest; peers are
measured in the same run, alternated.

- Holdfast ${version}, ${new Date().toISOString().slice(0, 10)}
- ${machine}; load before the run ${before.toFixed(2)}

${markdown(rows)}

The stock control plane (Kubernetes 1.20.2 with etcd 3.4, 2 cores, 2026-11-22, not measured in this run) took about 3 s from
cold to a ready API and about 600 MB without its kubelet.
`;
writeFileSync(join(root, 'bench/results.md'), text);
console.log('bench/results.md is written');
