import type { ResourceQuota } from '../generated/core-v1.js';
import { age, ageColumn, type KindPrinter, nameColumn, nameOf, text } from './table.js';

function usage({ status }: ResourceQuota, limits: boolean): string {
  const hard = Object.entries(status?.hard ?? {}).filter(([name]) => name.startsWith('limits.') === limits);
  return hard
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, most]) => `${name}: ${status?.used?.[name] ?? '0'}/${most}`)
    .join(', ');
}

/** How ResourceQuotas are printed: what is used of what there may be. */
export const quotaPrinter: KindPrinter<ResourceQuota> = {
  columns: [
    nameColumn,
    text('Request', 'Request represents a minimum amount of cpu/memory that a container may consume.'),
    text(
      'Limit',
      'Limits control the maximum amount of cpu/memory that a container may use independent of contention on the node.',
    ),
    ageColumn,
  ],
  cells: (quota, now) => [nameOf(quota), usage(quota, false), usage(quota, true), age(quota, now)],
};
