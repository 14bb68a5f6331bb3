/**
 * Which folder under src/ may import which: the table of docs/architecture.md as data.
 * A folder may always import itself. `pure` files (plan.ts, actions.ts) have a narrower rule of their own.
 */
export const importTable: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  api: ['lib'],
  store: ['lib'],
  client: ['lib', 'api'],
  apiserver: ['lib', 'api', 'store'],
  reconcile: ['lib', 'api', 'client'],
  controllers: ['lib', 'api', 'client', 'reconcile'],
  dns: ['lib', 'api', 'client', 'reconcile'],
  proxy: ['lib', 'api', 'client', 'reconcile'],
  node: ['lib', 'api', 'client', 'reconcile'],
  operator: ['lib', 'api', 'client', 'reconcile'],
  why: ['lib', 'api', 'client', 'reconcile'],
  images: ['lib'],
  cluster: [
    'lib',
    'api',
    'store',
    'client',
    'apiserver',
    'reconcile',
    'controllers',
    'dns',
    'proxy',
    'node',
    'operator',
    'why',
    'images',
  ],
  testing: ['cluster', 'client', 'api', 'lib'],
  cli: ['cluster', 'client', 'operator', 'why', 'images', 'api', 'lib'],
};

/** Pure files of a capability folder: they may import these folders, `reconcile/contract`, and pure files beside them. */
export const pureFileNames: readonly string[] = ['plan.ts', 'actions.ts'];

/** Folders whose looking and deciding `why` may use besides its own imports, though never what acts there. */
export const whyReads: readonly string[] = ['controllers', 'node', 'operator'];

/** Files that act, or start what acts. */
export const actingFileNames: readonly string[] = ['perform.ts', 'index.ts'];

/** Folders that the pure files may import. */
export const pureImports: readonly string[] = ['api', 'lib'];

/** Names whose use outside the edge makes code untestable, and where each may stand (path prefixes under src/). */
export const ambient: readonly {
  readonly pattern: RegExp;
  readonly allowed: readonly string[];
  readonly instead: string;
}[] = [
  {
    pattern: /\bDate\.now\s*\(|\bnew Date\(\s*\)/,
    allowed: ['lib/system-clock.ts', 'cli/'],
    instead: 'take a Clock',
  },
  {
    pattern: /\bMath\.random\s*\(|\brandomUUID\s*\(/,
    allowed: ['lib/system-random.ts', 'lib/random.ts', 'cli/'],
    instead: 'take a Random',
  },
  { pattern: /\bprocess\.env\b/, allowed: ['lib/config.ts', 'cli/'], instead: 'read it in lib/config.ts' },
  {
    pattern: /(?<![.\w])set(Timeout|Interval)\s*\(/,
    allowed: ['lib/system-clock.ts', 'lib/virtual-clock.ts', 'cli/'],
    instead: 'use Clock.after or Clock.sleep',
  },
];

/** Headings that the README of every capability folder has. */
export const readmeHeadings: readonly string[] = [
  '## What it does',
  '## Watches',
  '## May do',
  '## Does not do',
];
