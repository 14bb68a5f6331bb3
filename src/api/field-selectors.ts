import { valueAt } from './deep.js';
import { type FieldRequirement, FieldSelectorError, parseFieldSelector } from './field-selector-text.js';
import type { KindRef, KubeObject } from './kube-object.js';
import { badRequest, type StatusError } from './status-error.js';

type Reader = (object: KubeObject) => string;

/** Reads a field as a selector compares it: absent is empty. */
function read(path: string, fallback = ''): Reader {
  const keys = path.split('.');
  return (object) => {
    const value = valueAt(object, ...keys);
    return value === undefined || value === null ? fallback : String(value);
  };
}

function fields(...paths: readonly string[]): Readonly<Record<string, Reader>> {
  return Object.fromEntries(paths.map((path) => [path, read(path)]));
}

const common = fields('metadata.name', 'metadata.namespace');

const events: Readonly<Record<string, Reader>> = {
  ...fields(
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'type',
  ),
  source: (object) => read('source.component')(object) || read('reportingComponent')(object),
};

const byKind: Readonly<Record<string, Readonly<Record<string, Reader>>>> = {
  '/Pod': {
    ...fields(
      'spec.nodeName',
      'spec.restartPolicy',
      'spec.schedulerName',
      'spec.serviceAccountName',
      'status.phase',
      'status.podIP',
      'status.nominatedNodeName',
    ),
    'spec.host': read('spec.nodeName'),
    'status.podIPs': read('status.podIP'),
    'spec.hostNetwork': read('spec.hostNetwork', 'false'),
  },
  '/Event': events,
  'events.k8s.io/Event': {
    ...fields(
      'regarding.kind',
      'regarding.namespace',
      'regarding.name',
      'regarding.uid',
      'regarding.apiVersion',
      'regarding.resourceVersion',
      'regarding.fieldPath',
      'reason',
      'reportingController',
      'type',
    ),
  },
  '/Secret': fields('type'),
  '/Namespace': fields('status.phase'),
  '/Node': { 'spec.unschedulable': read('spec.unschedulable', 'false') },
  '/Service': fields('spec.clusterIP', 'spec.type'),
  '/ReplicationController': { 'status.replicas': read('status.replicas', '0') },
  'apps/ReplicaSet': { 'status.replicas': read('status.replicas', '0') },
  'batch/Job': { 'status.successful': read('status.succeeded', '0') },
  'certificates.k8s.io/CertificateSigningRequest': fields('spec.signerName'),
};

function readersOf({ group, kind }: Pick<KindRef, 'group' | 'kind'>): Readonly<Record<string, Reader>> {
  return { ...common, ...byKind[`${group}/${kind}`] };
}

/** The fields by which objects of a kind can be selected. */
export function selectableFields(kind: Pick<KindRef, 'group' | 'kind'>): readonly string[] {
  return Object.keys(readersOf(kind));
}

/** Kubernetes says it in one way for kinds that name their fields, and in another for all the rest. */
function unknownField({ group, kind }: Pick<KindRef, 'group' | 'kind'>, field: string): StatusError {
  const name = `${group}/${kind}`;
  if (name === 'batch/Job') return badRequest(`field label "${field}" not supported for batchv1.Job`);
  const custom = group.includes('.') && !group.endsWith('.k8s.io');
  if (custom || byKind[name]) return badRequest(`field label not supported: ${field}`);
  const known = Object.keys(common).map((one) => `"${one}"`);
  return badRequest(`"${field}" is not a known field selector: only ${known.join(', ')}`);
}

function parse(text: string): FieldRequirement[] {
  try {
    return parseFieldSelector(text);
  } catch (error) {
    if (error instanceof FieldSelectorError) throw badRequest(error.message, error);
    throw error;
  }
}

/**
 * A test for objects by a field selector's text. Throws 400 for a malformed text and for a field by which the kind
 * cannot be selected. `extra` adds fields of custom resources (`spec.color` and so on).
 */
export function fieldMatcher(
  kind: Pick<KindRef, 'group' | 'kind'>,
  text: string,
  extra: readonly string[] = [],
): (object: KubeObject) => boolean {
  const readers = { ...readersOf(kind), ...fields(...extra) };
  const tests = parse(text).map(({ field, operator, value }) => {
    const reader = Object.hasOwn(readers, field) ? readers[field] : undefined;
    if (reader === undefined) throw unknownField(kind, field);
    return (object: KubeObject): boolean => (reader(object) === value) === (operator === '=');
  });
  return (object) => tests.every((test) => test(object));
}
