import { reasons } from '../../src/why/reasons.js';
import { ofMysql } from '../../src/why/situations-mysql.fixture.js';
import { sourceOf } from './source.js';
import { table } from './table.js';

/** The situation whose answer the page shows; a test brings it about. */
const shown = 'a Pod that is held back by a clone, with figures of now';

/** The page about `holdfast why`, `docs/why.md`. */
export function whyPage(): string {
  const example = ofMysql.find(({ name }) => name === shown);
  if (example === undefined) throw new Error(`no situation is called "${shown}"`);
  return `${[head, answer(example.ask, example.expected), use, codes()].join('\n\n')}\n`;
}

const head = [
  '<!-- Made by `npm run verify -- --write` from the tables in the code. Do not edit. -->',
  '',
  '# Why is it so?',
  '',
  '`holdfast why KIND/NAME` answers with the chain from an object to the one thing that blocks it, and what would let that go on.',
  'It asks nothing but the API, so it answers for any Kubernetes cluster (`--kubeconfig FILE`) as far as its objects tell.',
].join('\n');

function answer(ask: string, text: string): string {
  return ['```', `$ holdfast why ${ask}`, text, '```'].join('\n');
}

const use = [
  '- Kinds are written as kubectl takes them (`pod`, `po`, `sts`, `deploy/web`, `pvc/data-db-0`); `dns/mysql-0.mysql` asks about a name.',
  '- `-n NAMESPACE` says where; the exit code is 0 when the object is as it should be, and 1 when something blocks it.',
  '- Figures (bytes cloned, seconds behind) are those of the moment. They come from Holdfast itself; other clusters have none.',
  '- It works as far as the rights of whoever asks go; those of one namespace (ClusterRole `view` by a RoleBinding) are enough for most',
  '  questions. What the answer could not take into account is named (`Could not look at nodes: ...`, `unseen` in JSON), and where',
  '  nothing can be said without it the code is `Forbidden`. When the object asked about may not be read, that refusal is the answer.',
  '- A StatefulSet that has waited for more than ten seconds says so by itself: in an Event, and in its condition',
  '  `holdfast.dev/Waiting`. Waits of ReplicaSets, ReplicationControllers, DaemonSets and Jobs are Events as well.',
  '- `-o json` gives a list of links, the asked object first: `about` (`kind`, `namespace`, `name`), `settled`, `reason`, `message`,',
  '  and where they are known `on` (what it waits for), `unblockedBy`, and `unseen` (`resource`, `namespace`, `message`). Messages may',
  '  change; the codes in `reason` do not.',
].join('\n');

/** The codes under the headings that they have in the table of the code. */
function codes(): string {
  const groups: { readonly heading: string; readonly rows: string[][] }[] = [];
  for (const line of sourceOf('src/why/reasons.ts').split('\n')) {
    const heading = /^ {2}\/\/ (.+)\.$/.exec(line)?.[1];
    const code = /^ {2}(\w+): *['"`]?/.exec(line)?.[1];
    if (heading !== undefined) groups.push({ heading, rows: [] });
    if (code === undefined || !(code in reasons)) continue;
    if (groups.length === 0) groups.push({ heading: 'Any object', rows: [] });
    groups
      .at(-1)
      ?.rows.push([`\`${code}\``, Object.entries(reasons).find(([name]) => name === code)?.[1] ?? '']);
  }
  const told = groups.flatMap(({ rows }) => rows).length;
  if (told !== Object.keys(reasons).length)
    throw new Error('a reason stands outside the table of reasons.ts');
  const parts = groups.map(({ heading, rows }) => `### ${heading}\n\n${table(['code', 'it means'], rows)}`);
  return ['## Reason codes', ...parts].join('\n\n');
}
