import type { KubeObject } from '../../api/kube-object.js';
import type { Store } from '../../store/store.js';
import { decode } from '../registry/codec.js';
import { leewayMs, type Ref, type TokenClaims } from './claims.js';

/** An object without which a token is worth nothing, and how Kubernetes says what is wrong with it. */
export interface Bond {
  /** Where it lies in the store. */
  readonly key: string;
  readonly uid: string;
  readonly missing: string;
  readonly deleted: string;
  mismatch(found: string): string;
}

const invalidated = 'service account token has been invalidated';

function accountBond(namespace: string, { name, uid }: Ref): Bond {
  return {
    key: `/registry/core/serviceaccounts/${namespace}/${name}`,
    uid,
    missing: `serviceaccounts "${name}" not found`,
    deleted: `service account ${namespace}/${name} has been deleted`,
    mismatch: (found) => `service account UID (${found}) does not match claim (${uid})`,
  };
}

function boundTo(kind: 'pod' | 'secret' | 'node', key: string, uid: string): Bond {
  const mismatch = (found: string): string =>
    `${kind} UID (${found}) does not match service account ${kind} ref claim (${uid})`;
  return { key, uid, missing: invalidated, deleted: invalidated, mismatch };
}

/** The objects that a token stands and falls with. The node of a Pod's token is told, but not asked for. */
export function bondsOf({ namespace, account, pod, secret, node }: TokenClaims): readonly Bond[] {
  const bonds = [accountBond(namespace, account)];
  if (secret !== undefined)
    bonds.push(boundTo('secret', `/registry/core/secrets/${namespace}/${secret.name}`, secret.uid));
  if (pod !== undefined) bonds.push(boundTo('pod', `/registry/core/pods/${namespace}/${pod.name}`, pod.uid));
  else if (node !== undefined) bonds.push(boundTo('node', `/registry/core/nodes/${node.name}`, node.uid));
  return bonds;
}

/** Why a token's bond no longer holds; undefined when it does. */
export function brokenBond(store: Store, bond: Bond, nowMs: number): string | undefined {
  const entry = store.get(bond.key);
  if (entry === undefined) return bond.missing;
  const { metadata }: KubeObject = decode(entry);
  if (metadata?.uid !== bond.uid) return bond.mismatch(metadata?.uid ?? '');
  const { deletionTimestamp } = metadata;
  // A Pod that is being stopped needs its token to the end.
  if (deletionTimestamp === undefined || Date.parse(deletionTimestamp) >= nowMs - leewayMs) return undefined;
  return bond.deleted;
}
