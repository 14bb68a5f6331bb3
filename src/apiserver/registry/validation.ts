import type { FieldError } from '../../api/field-error.js';
import type { KindRow } from '../../api/kinds.js';
import type { KubeObject } from '../../api/kube-object.js';
import { invalid } from '../../api/status-error.js';
import { validateCreate, validateStatusUpdate, validateUpdate } from '../../api/validation/index.js';
import type { WriteContext } from './registry.js';

/** What lacks is said once, also when validation finds it too. */
function refuse(
  kind: KindRow,
  object: KubeObject,
  found: readonly FieldError[],
  context: WriteContext,
): void {
  const named = new Set(found.map(({ field }) => field));
  const errors = [...(context.missing ?? []).filter(({ field }) => !named.has(field)), ...found];
  if (errors.length > 0) throw invalid(kind, object.metadata?.name ?? '', errors);
}

/** Refuses a new object whose fields are wrong. */
export function checkNewObject(kind: KindRow, object: KubeObject, context: WriteContext): void {
  refuse(kind, object, validateCreate(kind, object), context);
}

interface Step {
  readonly current: KubeObject;
  readonly next: KubeObject;
  readonly part: 'status' | undefined;
}

/** Refuses a change that the kind does not allow. */
export function checkChange(kind: KindRow, { current, next, part }: Step, context: WriteContext): void {
  const check = part === 'status' ? validateStatusUpdate : validateUpdate;
  refuse(kind, next, check(kind, next, current), context);
}
