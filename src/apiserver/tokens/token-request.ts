import { type FieldError, invalidValue } from '../../api/field-error.js';
import type { BoundObjectReference, TokenRequest } from '../../api/generated/authentication-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import type { KubeObject, ObjectKey } from '../../api/kube-object.js';
import { badRequest, conflict, invalid } from '../../api/status-error.js';
import type { Entry } from '../../store/store.js';
import { decode, unstored } from '../registry/codec.js';
import { type Registry, timestamp, type Write } from '../registry/registry.js';
import { keyOf } from '../registry/resources.js';
import { apiAudiences } from './account-tokens.js';
import { type Ref, refTo } from './claims.js';
import { checkNodeRequest } from './node-request.js';
import { readForToken } from './read.js';

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
      const pod = readForToken(registry, kinds.Pod, key);
      if (pod.spec?.serviceAccountName !== account.name) {
        const why = 'to pod running with different serviceaccount name.';
        throw badRequest(`cannot bind token for serviceaccount "${account.name}" ${why}`);
      }
      return { pod: refTo(pod), node: nodeOf(registry, pod) };
    }
    case 'Secret':
      return { secret: refTo(readForToken(registry, kinds.Secret, key)) };
    case 'Node':
      return { node: refTo(readForToken(registry, kinds.Node, { name })) };
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
  checkNodeRequest(write, key, asked.spec ?? {});
  const account = readForToken(registry, kinds.ServiceAccount, key);
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
