import { selectableFields } from '../../src/api/field-selectors.js';
import { unserved } from '../../src/api/kinds/unserved.js';
import { type KindRow, kindRows } from '../../src/api/kinds.js';
import { apiVersionOf } from '../../src/api/kube-object.js';
import { idleKinds } from '../../src/apiserver/admission/idle-kinds.js';
import { acting } from './acting.js';
import { table } from './table.js';

const all = 8;

function nameOf({ group, kind }: KindRow): string {
  return `${group}/${kind}`;
}

function names({ plural, shortNames, namespaced }: KindRow): string {
  const list = [plural, ...shortNames].map((name) => `\`${name}\``).join(', ');
  return namespaced ? list : `${list} (of the cluster)`;
}

function verbs({ verbs: list }: KindRow): string {
  return list.length === all ? 'all' : list.join(', ');
}

function subresources({ group, plural, subresources: list }: KindRow): string {
  const offered = list.filter(
    (sub) =>
      !unserved.some((one) => one.group === group && one.plural === plural && one.subresource === sub.name),
  );
  return offered.map(({ name }) => name).join(', ');
}

function acts(row: KindRow): string {
  const why = idleKinds[nameOf(row)];
  return why === undefined ? (acting[nameOf(row)] ?? 'kept as it is written') : `nothing yet: ${why}`;
}

function section(apiVersion: string, rows: readonly KindRow[]): string {
  const cells = rows.map((row) => [row.kind, names(row), verbs(row), subresources(row), acts(row)]);
  return [
    `### ${apiVersion}`,
    '',
    table(['kind', 'names', 'verbs', 'subresources', 'what acts on it'], cells),
  ].join('\n');
}

function byVersion(): Map<string, KindRow[]> {
  const versions = new Map<string, KindRow[]>();
  for (const row of kindRows) {
    const apiVersion = apiVersionOf(row);
    versions.set(apiVersion, [...(versions.get(apiVersion) ?? []), row]);
  }
  return versions;
}

function selectors(): string {
  const common = 2;
  const rows = kindRows
    .filter((row) => selectableFields(row).length > common)
    .map((row) => [
      `${apiVersionOf(row)} ${row.kind}`,
      selectableFields(row)
        .slice(common)
        .map((field) => `\`${field}\``)
        .join(', '),
    ]);
  return table(['kind', 'fields'], rows);
}

/** The chapter about what is served, from the table of kinds. */
export function servedChapter(): string {
  return [
    '## What is served',
    '',
    '`all` verbs are create, delete, deletecollection, get, list, patch, update and watch.',
    '',
    ...[...byVersion()].map(([apiVersion, rows]) => `${section(apiVersion, rows)}\n`),
    '### Field selectors',
    '',
    'Every kind can be selected by `metadata.name` and `metadata.namespace`; these have more:',
    '',
    selectors(),
  ].join('\n');
}
