import { deepEqual, without } from '../../api/deep.js';
import type { ManagedFieldsEntry } from '../../api/generated/meta-v1.js';
import type { KindRow } from '../../api/kinds.js';
import { apiVersionOf, type KubeObject } from '../../api/kube-object.js';
import {
  blankObject,
  isReset,
  noOwners,
  type Owners,
  readOwners,
  trackUpdate,
  type Writer,
  writeOwners,
} from '../../api/managed-fields/index.js';
import type { FieldSchema } from '../../api/schema/types.js';
import { hasStatus } from '../../api/strategy.js';
import { timestamp, type Write } from './registry.js';

/** One write of an object of a kind, and the subresource that it comes through. */
export interface OwnedWrite {
  readonly write: Write;
  readonly kind: KindRow;
  readonly subresource: string | undefined;
}

/** Who writes, as `metadata.managedFields` names it. */
export function writerOf(
  { write, kind, subresource = '' }: OwnedWrite,
  operation: Writer['operation'],
): Writer {
  return { manager: write.manager, operation, apiVersion: apiVersionOf(kind), subresource };
}

/** The schema of whole objects of a kind. */
export function schemaOf(kind: Pick<KindRow, 'definition'>): FieldSchema {
  return { type: 'object', ref: kind.definition };
}

/**
 * The owners that a write starts from: those that the writer sent, which is how ownership is handed over, or else those
 * that stand there. A list of one empty entry makes all be forgotten.
 */
function ownersBefore(
  sent: readonly ManagedFieldsEntry[] | undefined,
  current: KubeObject | undefined,
): Owners {
  if (isReset(sent)) return noOwners;
  const given = readOwners(sent);
  if (given !== undefined && given.size > 0) return given;
  return readOwners(current?.metadata?.managedFields) ?? noOwners;
}

function tracked(how: OwnedWrite): Parameters<typeof trackUpdate>[0] {
  const { write, kind } = how;
  return {
    writer: writerOf(how, 'Update'),
    time: timestamp(write.registry.clock.now()),
    schema: schemaOf(kind),
  };
}

/** The owners of a new object: its writer owns all of it but the status, which is the server's at first. */
export function ownersOfNew(how: OwnedWrite, object: KubeObject): Owners {
  const { kind } = how;
  const before = blankObject(kind.definition);
  const bare: KubeObject & { status?: unknown } = { ...object };
  const after = hasStatus(kind) ? without(bare, 'status') : bare;
  const owners = ownersBefore(object.metadata?.managedFields, undefined);
  return trackUpdate(
    tracked(how),
    { owners, before: hasStatus(kind) ? { ...before, status: undefined } : before, after },
    { fresh: true },
  );
}

/** The owners after an ordinary write of an object that was there. */
export function ownersAfter(
  how: OwnedWrite,
  { current, next, sent }: { current: KubeObject; next: KubeObject; sent: KubeObject },
): Owners {
  // Ownership is handed over by writes to the object itself.
  const given = how.subresource === undefined ? sent.metadata?.managedFields : undefined;
  const owners = ownersBefore(given, current);
  return trackUpdate(tracked(how), { owners, before: current, after: next });
}

/** The object under these owners. */
export function withOwners(object: KubeObject, owners: Owners): KubeObject {
  const managedFields = writeOwners(owners);
  const metadata = without(object.metadata ?? {}, 'managedFields');
  return { ...object, metadata: managedFields === undefined ? metadata : { ...metadata, managedFields } };
}

function untimed(object: KubeObject): unknown {
  return (object.metadata?.managedFields ?? []).map((entry) => without(entry, 'time'));
}

/** Whether two versions have the same owners; since when they own it does not make a difference. */
export function sameOwners(a: KubeObject, b: KubeObject): boolean {
  return a.metadata?.managedFields === b.metadata?.managedFields || deepEqual(untimed(a), untimed(b));
}
