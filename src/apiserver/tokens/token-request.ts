import { type FieldError, invalidValue } from '../../api/field-error.js';
import type { BoundObjectReference, TokenRequest } from '../../api/generated/authentication-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import type { KindRef, KubeObject, ObjectKey } from '../../api/kube-object.js';
import { badRequest, conflict, forbidden, invalid } from '../../api/status-error.js';
import type { Entry } from '../../store/store.js';
import { decode, unstored } from '../registry/codec.js';
import { getEntry } from '../registry/read.js';
import { type Registry, timestamp, type Write } from '../registry/registry.js';
import { keyOf } from '../registry/resources.js';
import { apiAudiences } from './account-tokens.js';
import { type Ref, refTo } from './claims.js';

const kind = { group: 'authentication.k8s.io', kind: 'TokenRequest', plural: 'TokenRequest' };
const hour = 3600;
const minimum = 600;
const maximum = 2 ** 32;

/**
 * Kubernetes marks the tokens of its own Pod volumes by this lifetime: a client that never reads the file again is tolerated, and its
 * token holds for a year.
 */
const tolerated = 3607;
const yearSeconds = 365 * 24 * 3600;

/** A request's body before anyone has looked at it. */
type Asked = KubeObject & Pick<TokenRequest, 'spec'>;

function checkLifetime(seconds: number): readonly FieldError[] {
  const field = 'spec.expirationSeconds';
  if (seconds < minimum)
    return [invalidValue(field, seconds, 'may not specify a duration less than 10 minutes')];
  if (seconds > maximum)
    return [invalidValue(field, seconds, 'may not specify a duration larger than 2^32 seconds')];
  return [];
}

function checkPlace({ metadata }: Asked, { namespace, name }: ObjectKey): void {
  const errors: FieldError[] = [];
  const said = metadata?.name;
  if (said && said !== name)
    errors.push(invalidValue('metadata.name', said, 'must match the service account name if specified'));
  const where = metadata?.namespace;
  if (where && where !== namespace) {
    errors.push(
      invalidValue('metadata.namespace', where, 'must match the service account namespace if specified'),
    );
  }
  if (errors.length > 0) throw invalid(kind, name, errors);
}

function read<T extends KubeObject>(registry: Registry, wanted: KindRef<T>, key: ObjectKey): T {
  const resource = registry.resources.find(wanted);
  if (resource === undefined) throw badRequest(`there is no ${wanted.kind} here to bind a token to`);
  return decode<T>(getEntry(registry, resource, key));
}

/** The node of a Pod is told as well; when its object is gone, at least by name. */
function nodeOf(registry: Registry, { spec }: Pod): Ref | undefined {
  const name = spec?.nodeName;
  if (!name) return undefined;
  const resource = registry.resources.find(kinds.Node);
  const entry = resource && registry.store.get(keyOf(resource, undefined, name));
  return entry === undefined ? { name, uid: '' } : refTo(decode(entry));
}

interface Bound {
  readonly pod?: Ref;
  readonly node?: Ref | undefined;
  readonly secret?: Ref;
}

interface Binding {
  readonly ref: BoundObjectReference;
  readonly account: ObjectKey;
}

function bindTo(registry: Registry, { ref, account }: Binding): Bound {
  const { apiVersion = '', name = '' } = ref;
  const key = { namespace: account.namespace, name };
  switch (apiVersion.includes('/') ? '' : ref.kind) {
    case 'Pod': {
      const pod = read(registry, kinds.Pod, key);
      if (pod.spec?.serviceAccountName !== account.name) {
        const why = 'to pod running with different serviceaccount name.';
        throw badRequest(`cannot bind token for serviceaccount "${account.name}" ${why}`);
      }
      return { pod: refTo(pod), node: nodeOf(registry, pod) };
    }
    case 'Secret':
      return { secret: refTo(read(registry, kinds.Secret, key)) };
    case 'Node':
      return { node: refTo(read(registry, kinds.Node, { name })) };
    default: {
      const group = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`;
      throw badRequest(`cannot bind token to object of type ${group}, Kind=${ref.kind ?? ''}`);
    }
  }
}

function boundObjects(registry: Registry, binding: Binding): Bound {
  const bound = bindTo(registry, binding);
  const { kind: plural = '', name = '', uid } = binding.ref;
  const found = (bound.pod ?? bound.secret ?? bound.node)?.uid;
  if (!uid || uid === found) return bound;
  const why = `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
  throw conflict({ group: '', kind: plural, plural }, name, why);
}

/** A node gets tokens only for the Pods that run on it. */
function checkNode({ user, registry }: Write, key: ObjectKey, ref: BoundObjectReference | undefined): void {
  if (!user.name.startsWith('system:node:') || !user.groups.includes('system:nodes')) return;
  const refuse = (why: string): Error => forbidden(kinds.ServiceAccount, key.name, why);
  if (ref?.apiVersion !== 'v1' || ref.kind !== 'Pod' || !ref.name)
    throw refuse('node requested token not bound to a pod');
  if (!ref.uid) throw refuse('node requested token with a pod binding without a uid');
  const pod = read(registry, kinds.Pod, { namespace: key.namespace, name: ref.name });
  if (`system:node:${pod.spec?.nodeName}` !== user.name)
    throw refuse('node requested token bound to a pod scheduled on a different node');
}

function checkAccount(asked: Asked, account: KubeObject): void {
  const { uid } = asked.metadata ?? {};
  const { uid: found, name = '' } = account.metadata ?? {};
  if (!uid || uid === found) return;
  const why = `the UID in the token request (${uid}) does not match the UID of the service account (${found ?? ''})`;
  throw conflict(kind, name, why);
}

/** Answers a TokenRequest: a new token of the account, for as long and for whom it is asked. Nothing is stored. */
export function requestToken(write: Write, key: ObjectKey, asked: Asked): Entry {
  const { registry } = write;
  const { expirationSeconds = hour, boundObjectRef, audiences: given = [] } = asked.spec ?? {};
  checkPlace(asked, key);
  checkNode(write, key, boundObjectRef);
  const account = read(registry, kinds.ServiceAccount, key);
  checkAccount(asked, account);
  const errors = checkLifetime(expirationSeconds);
  if (errors.length > 0) throw invalid(kind, '', errors);
  const bound =
    boundObjectRef === undefined ? {} : boundObjects(registry, { ref: boundObjectRef, account: key });
  const audiences = given.length === 0 ? apiAudiences : given;
  const forApi = audiences.every((one) => apiAudiences.includes(one));
  const extended = bound.pod !== undefined && expirationSeconds === tolerated && forApi;
  const nowMs = registry.clock.now();
  const token = registry.tokens.issue({
    account,
    audiences,
    seconds: extended ? yearSeconds : expirationSeconds,
    warnAfterSeconds: extended ? expirationSeconds : undefined,
    nowMs,
    id: registry.random.uuid(),
    ...bound,
  });
  const answer: TokenRequest = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: kind.kind,
    metadata: { ...asked.metadata, ...key, uid: account.metadata?.uid, creationTimestamp: timestamp(nowMs) },
    spec: { audiences, expirationSeconds, ...(boundObjectRef && { boundObjectRef }) },
    status: { token, expirationTimestamp: timestamp(nowMs + expirationSeconds * 1000) },
  };
  return unstored('', answer);
}
