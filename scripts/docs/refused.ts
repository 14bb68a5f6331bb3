import { unserved } from '../../src/api/kinds/unserved.js';
import { idleKinds } from '../../src/apiserver/admission/idle-kinds.js';
import { patchTypes } from '../../src/apiserver/registry/patch.js';
import { refusedTypes, typeRefusal } from '../../src/apiserver/service-ip/assign.js';
import { type FieldRule, fieldRules } from '../../src/node/support/rules.js';
import { table } from './table.js';

/** Values that every rule about values refuses, so that it says why. */
const strange: readonly unknown[] = [
  { 'example.com/x': '1', type: 'Other', requiredDuringSchedulingIgnoredDuringExecution: [{}] },
  [{ topologyKey: 'example.com/zone' }],
];

function whyNot(rule: FieldRule): string | undefined {
  if (rule === true) return undefined;
  if (typeof rule === 'string') return rule;
  return strange.map((value) => rule(value)).find((why) => why !== undefined);
}

function podFields(): string {
  const rows = Object.entries(fieldRules).flatMap(([definition, rules]) =>
    Object.entries(rules).flatMap(([field, rule]) => {
      const why = whyNot(rule);
      return why === undefined ? [] : [[`${definition}.${field}`, why]];
    }),
  );
  return table(
    ['field', 'what one is told'],
    rows.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
  );
}

function subresources(): string {
  const rows = unserved.map(({ group, plural, subresource, refused, why }) => [
    `${plural}${group === '' ? '' : `.${group}`}${subresource === '' ? '' : `/${subresource}`}`,
    refused === 'all' ? 'every verb' : 'writes',
    why,
  ]);
  return table(['path', 'refused', 'what one is told'], rows);
}

function idle(): string {
  const rows = Object.entries(idleKinds).map(([name, why]) => [name.replace(/^\//u, ''), why]);
  return table(['kind', 'what one is told'], rows);
}

/** The chapter about what is refused, from the tables by which it is. */
export function refusedChapter(): string {
  return [
    '## What is refused, and what is only kept',
    '',
    'Nothing is ignored in silence: what cannot be done is refused, and the answer names it. Unknown fields are handled by',
    '`fieldValidation` as in Kubernetes; kinds and group-versions that are not in the tables above are answered with 404, verbs',
    'that a resource does not have with 405.',
    '',
    '### Subresources, and kinds that are always empty (501)',
    '',
    subresources(),
    '',
    '### Fields of Pods (422)',
    '',
    'Refused when a Pod is made. Templates of workloads may have them: the Pods then fail to be made, and the workload says so.',
    'The names are those of the definitions: a refused field of `Container` is refused in every container.',
    '',
    podFields(),
    '',
    '### Types of Services (422)',
    '',
    table(
      ['type', 'what one is told'],
      refusedTypes.map((type) => [type, typeRefusal(type)]),
    ),
    '',
    '### Kinds that are kept, with a warning',
    '',
    'Objects of these kinds are checked, stored and shown, so that a chart that has them installs. Nothing acts on them, and the',
    'one who makes one is told so in a warning.',
    '',
    idle(),
    '',
    '### Patches (415)',
    '',
    'Every other content type than these is refused:',
    '',
    ...patchTypes.map((type) => `- \`${type}\``),
  ].join('\n');
}
