import { isList, isObject, type JsonObject } from '../../api/deep.js';
import { type FieldError, invalidValue, notSupported } from '../../api/field-error.js';
import type { DeleteOptions } from '../../api/resource-api.js';
import { badRequest, invalid } from '../../api/status-error.js';
import { checkFields } from '../../api/walker.js';
import { readDocument } from './body.js';
import type { Exchange } from './exchange.js';
import { flag, integer, text } from './query.js';

/** How a client wants something deleted, and whether it said so by the old flag. */
export interface AskedDeletion extends DeleteOptions {
  /** The old form of `propagationPolicy`: false asked for a delete in the background. */
  readonly orphanDependents?: boolean;
}

const policies = ['Foreground', 'Background', 'Orphan'] as const;

function fromQuery(query: URLSearchParams): JsonObject {
  const dryRun = query.getAll('dryRun').filter((value) => value !== '');
  return {
    gracePeriodSeconds: integer(query, 'gracePeriodSeconds'),
    propagationPolicy: text(query, 'propagationPolicy'),
    ...(query.has('orphanDependents') && { orphanDependents: flag(query, 'orphanDependents') }),
    ...(dryRun.length > 0 && { dryRun }),
  };
}

function fromBody(value: unknown): JsonObject {
  if (!isObject(value)) throw badRequest('the body of a delete has to be an object of kind DeleteOptions');
  const { kind = 'DeleteOptions' } = value;
  if (kind !== 'DeleteOptions')
    throw badRequest(`the body of a delete has to be DeleteOptions, and is of kind ${JSON.stringify(kind)}`);
  const { object, errors } = checkFields('meta-v1.DeleteOptions', value);
  if (errors.length > 0 || !isObject(object))
    throw badRequest(
      `DeleteOptions in version "v1" cannot be handled as a DeleteOptions: ${errors.join(', ')}`,
    );
  return object;
}

function problems({ propagationPolicy, orphanDependents, dryRun }: JsonObject): readonly FieldError[] {
  const errors: FieldError[] = [];
  const policy = propagationPolicy || undefined;
  if (policy !== undefined && orphanDependents !== undefined) {
    const detail = 'orphanDependents and deletionPropagation cannot be both set';
    errors.push(invalidValue('propagationPolicy', policy, detail));
  }
  if (policy !== undefined && !policies.some((known) => known === policy))
    errors.push(notSupported('propagationPolicy', policy, [...policies, 'nil']));
  if (isList(dryRun) && dryRun.some((value) => value !== 'All'))
    errors.push(notSupported('dryRun', dryRun, ['All']));
  return errors;
}

function preconditionsOf(value: unknown): DeleteOptions['preconditions'] {
  if (!isObject(value)) return undefined;
  const { uid, resourceVersion } = value;
  return {
    ...(typeof uid === 'string' && { uid }),
    ...(typeof resourceVersion === 'string' && { resourceVersion }),
  };
}

function policyOf({ propagationPolicy, orphanDependents }: JsonObject): DeleteOptions['propagationPolicy'] {
  if (orphanDependents === true) return 'Orphan';
  if (orphanDependents === false) return 'Background';
  return policies.find((policy) => policy === propagationPolicy);
}

/** The options of a delete: from its body when it has one, and only else from its query. */
export async function deleteOptions(exchange: Exchange): Promise<AskedDeletion> {
  const { value } = await readDocument(exchange, 'DeleteOptions');
  const asked = value === undefined ? fromQuery(exchange.query) : fromBody(value);
  const errors = problems(asked);
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors);
  const { gracePeriodSeconds, orphanDependents, dryRun } = asked;
  return {
    ...(typeof gracePeriodSeconds === 'number' && { gracePeriodSeconds }),
    ...(typeof orphanDependents === 'boolean' && { orphanDependents }),
    propagationPolicy: policyOf(asked),
    preconditions: preconditionsOf(asked['preconditions']),
    ...(isList(dryRun) && dryRun.length > 0 && { dryRun: true }),
  };
}
