import { type FieldError, forbidden, notSupported } from './field-error.js';
import { invalid } from './status-error.js';

/** The options of a list or a watch that rule one another out. */
export interface VersionOptions {
  readonly resourceVersion?: string | undefined;
  readonly resourceVersionMatch?: string | undefined;
  readonly continue?: string | undefined;
  readonly sendInitialEvents?: boolean | undefined;
}

const match = 'resourceVersionMatch';

function matchErrors({ resourceVersion, resourceVersionMatch, ...options }: VersionOptions): FieldError[] {
  if (!resourceVersionMatch) return [];
  const errors: FieldError[] = [];
  if (!resourceVersion)
    errors.push(forbidden(match, `${match} is forbidden unless resourceVersion is provided`));
  if (options.continue) errors.push(forbidden(match, `${match} is forbidden when continue is provided`));
  if (resourceVersionMatch !== 'Exact' && resourceVersionMatch !== 'NotOlderThan')
    errors.push(notSupported(match, resourceVersionMatch, ['Exact', 'NotOlderThan', '']));
  if (resourceVersionMatch === 'Exact' && resourceVersion === '0')
    errors.push(forbidden(match, `${match} "exact" is forbidden for resourceVersion "0"`));
  return errors;
}

function refuse(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', errors);
}

/** Refuses a list whose options do not go together; 422 as Kubernetes has it. */
export function checkListOptions(options: VersionOptions): void {
  const errors = matchErrors(options);
  if (options.sendInitialEvents !== undefined)
    errors.push(forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  refuse(errors);
}

/** Refuses a watch whose options do not go together; 422 as Kubernetes has it. */
export function checkWatchOptions(options: VersionOptions): void {
  const { resourceVersionMatch, sendInitialEvents } = options;
  const errors: FieldError[] = [];
  if (sendInitialEvents !== undefined && resourceVersionMatch !== 'NotOlderThan')
    errors.push(forbidden(match, `sendInitialEvents requires setting ${match} to NotOlderThan`));
  if (resourceVersionMatch) {
    if (sendInitialEvents === undefined)
      errors.push(forbidden(match, `${match} is forbidden for watch unless sendInitialEvents is provided`));
    if (resourceVersionMatch !== 'NotOlderThan')
      errors.push(notSupported(match, resourceVersionMatch, ['NotOlderThan']));
    if (options.continue) errors.push(forbidden(match, `${match} is forbidden when continue is provided`));
  }
  refuse(errors);
}
