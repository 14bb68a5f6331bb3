/** `npm run bench`: all parts; `npm run bench -- PART...`: those that are named. */
import { loadavg } from 'node:os';
import { benchApi } from './api/index.js';
import { circumstances, writeSection } from './results.js';
import { benchUp } from './up.js';
import { benchWorkloads } from './workloads/index.js';

/** A part of the benchmark: the title of its section, and what makes the section's text, which goes on the list of circumstances. */
const parts: { readonly [name: string]: { readonly title: string; run(): Promise<string> } } = {
  up: { title: 'Clusters: `bench -- up`', run: benchUp },
  api: { title: 'API server: `bench -- api`', run: benchApi },
  workloads: { title: 'Workloads: `bench -- workloads`', run: benchWorkloads },
};

const asked = process.argv.slice(2);
const unknown = asked.find((name) => parts[name] === undefined);
if (unknown !== undefined) {
  console.error(`bench: there is no part "${unknown}"; the parts are ${Object.keys(parts).join(', ')}`);
  process.exit(1);
}
for (const [name, part] of Object.entries(parts)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const load = loadavg()[0] ?? 0;
  const text = await part.run();
  writeSection(part.title, `${circumstances(load)}\n${text}`);
}
