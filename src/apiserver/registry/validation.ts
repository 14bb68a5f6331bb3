import type { FieldError } from '../../api/field-error.js';
import type { KindRow } from '../../api/kinds.js';
import type { KubeObject } from '../../api/kube-object.js';
import { invalid } from '../../api/status-error.js';
import { validateEphemeralUpdate } from '../../api/validation/ephemeral-containers.js';
import { validateCreate, validateStatusUpdate, validateUpdate } from '../../api/validation/index.js';
import type { Write } from './registry.js';

/** What lacks is said once, also when validation finds it too. */
function refuse({ missing = [] }: Write, found: readonly FieldError[], { kind, object }: Named): void {
  const named = new Set(found.map(({ field }) => field));
  const errors = [...missing.filter(({ field }) => !named.has(field)), ...found];
  if (errors.length > 0) throw invalid(kind, object.metadata?.name ?? '', errors);
}

interface Named {
  readonly kind: KindRow;
  readonly object: KubeObject;
}

/** Refuses a new object whose fields are wrong. */
export function checkNewObject(write: Write, kind: KindRow, object: KubeObject): void {
  refuse(write, validateCreate(kind, object), { kind, object });
}

interface Step {
  readonly current: KubeObject;
  readonly next: KubeObject;
  readonly part: 'status' | 'ephemeralcontainers' | undefined;
}

/** Refuses a change that the kind does not allow. */
export function checkChange(write: Write, kind: KindRow, { current, next, part }: Step): void {
  const named = { kind, object: next };
  // Of a body that writes the status nothing else counts, and so nothing else can be missing.
  if (part === 'status') refuse({ ...write, missing: [] }, validateStatusUpdate(kind, next, current), named);
  else if (part === 'ephemeralcontainers') refuse(write, validateEphemeralUpdate(next, current), named);
  else refuse(write, validateUpdate(kind, next, current), named);
}
