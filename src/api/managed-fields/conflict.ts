import type { StatusCause } from '../generated/meta-v1.js';
import { failure, type StatusError } from '../status-error.js';
import { pathText } from './elements.js';
import { pathsOf } from './field-set.js';
import type { Ownership, Writer } from './managers.js';
import type { Clashes } from './tracked.js';

function shown({ manager, operation, apiVersion, subresource }: Writer): string {
  const through = subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`;
  const using = operation === 'Update' ? ` using ${apiVersion}` : '';
  return `${JSON.stringify(manager)}${through}${using}`;
}

function pathsOfClash({ fields }: Ownership): readonly string[] {
  return pathsOf(fields).map(pathText).sort();
}

function messageOf(clashes: readonly Ownership[], count: number): string {
  const [first] = clashes;
  if (count === 1 && first !== undefined) {
    return `Apply failed with 1 conflict: conflict with ${shown(first.writer)}: ${pathsOfClash(first)[0]}`;
  }
  const lines = clashes.flatMap((clash) => [
    `conflicts with ${shown(clash.writer)}:`,
    ...pathsOfClash(clash).map((path) => `- ${path}`),
  ]);
  return `Apply failed with ${count} conflicts: ${lines.join('\n')}`;
}

/** 409: others own fields that a configuration would change; kubectl reads the causes. */
export function conflictOf(clashes: Clashes): StatusError {
  const sorted = [...clashes.values()].sort((a, b) => (shown(a.writer) < shown(b.writer) ? -1 : 1));
  const causes: readonly StatusCause[] = sorted.flatMap((clash) =>
    pathsOfClash(clash).map((field) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${shown(clash.writer)}`,
      field,
    })),
  );
  return failure({
    code: 409,
    reason: 'Conflict',
    message: messageOf(sorted, causes.length),
    details: { causes },
  });
}
