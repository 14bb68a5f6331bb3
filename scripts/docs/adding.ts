import { parse } from 'yaml';
import { applyDefaults } from '../../src/api/defaults/index.js';
import { fieldErrorText } from '../../src/api/field-error.js';
import type { IngressClass } from '../../src/api/generated/networking-v1.js';
import { kinds } from '../../src/api/kinds.js';
import { validateCreate } from '../../src/api/validation/index.js';
import { excerpt, sourceOf } from './source.js';

const golden = 'src/api/defaults/golden/ingress-class';

function block(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}

function refusals(): string {
  const sent: IngressClass = {
    metadata: { name: 'x' },
    spec: { parameters: { kind: 'K', name: 'n', namespace: 'a' } },
  };
  return validateCreate(kinds.IngressClass, applyDefaults(kinds.IngressClass, sent))
    .map(fieldErrorText)
    .join('\n');
}

/** The golden pair, after a look whether it still holds. */
function pair(): readonly [string, string] {
  const input = sourceOf(`${golden}.input.yaml`);
  const output = sourceOf(`${golden}.defaulted.yaml`);
  const made = applyDefaults(kinds.IngressClass, parse(input));
  if (JSON.stringify(made) !== JSON.stringify(parse(output)))
    throw new Error(`${golden}: the pair does not hold`);
  return [input, output];
}

/** The chapter about adding a kind, shown by one that is there. */
export function addingChapter(): string {
  const [input, output] = pair();
  return [
    '## How to add a kind',
    '',
    'A kind of Kubernetes is one row and, where it has them, defaults and rules. Its schema, its types and its field descriptions',
    'are generated already. This is all there is of `IngressClass`; the code below is taken from the sources.',
    '',
    '1. One row in the table of its group in `src/api/kinds/`. Routing, discovery, OpenAPI, storage, watch, patches, server-side',
    '   apply, RBAC and the garbage collector know it from then on.',
    '',
    block('ts', excerpt('src/api/kinds/platform.ts', 'IngressClass: row<IngressClass>')),
    '',
    '2. Defaults in `src/api/defaults/`, a file and a row in `index.ts`, and a golden pair in `golden/`, without which a test fails.',
    '',
    block('ts', excerpt('src/api/defaults/ingress-class.ts', 'export function defaultIngressClass')),
    '',
    block('yaml', `# ${golden}.input.yaml\n${input}`),
    '',
    block('yaml', `# ${golden}.defaulted.yaml\n${output}`),
    '',
    '3. Rules in `src/api/validation/`, for creating and for updating, and cases with the exact words in a table test.',
    '',
    block('ts', excerpt('src/api/validation/ingress.ts', 'export function validateIngressClass(')),
    '',
    block('ts', excerpt('src/api/validation/ingress.ts', 'export function validateIngressClassUpdate(')),
    '',
    '   An IngressClass without a controller, and with a namespace for parameters of the whole cluster, is refused with:',
    '',
    block('text', refusals()),
    '',
    '4. A printer in `src/api/tables/`, if `kubectl get` shall show more than name and date of creation; whether it counts its',
    '   changes and how its status begins in `src/api/strategy-kinds.ts`; fields to select by in `src/api/field-selectors.ts`.',
    '5. If nothing acts on it, a row in `src/apiserver/admission/idle-kinds.ts`; otherwise a line in `scripts/docs/acting.ts`.',
    '6. `npm run verify -- --write` writes this page anew.',
  ].join('\n');
}
