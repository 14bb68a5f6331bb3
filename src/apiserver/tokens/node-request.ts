import type { TokenRequestSpec } from '../../api/generated/authentication-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import type { ObjectKey } from '../../api/kube-object.js';
import { forbidden } from '../../api/status-error.js';
import type { Write } from '../registry/registry.js';
import { readForToken } from './read.js';

function asksFor({ spec }: Pod, audience: string): boolean {
  const sources = (spec?.volumes ?? []).flatMap(({ projected }) => projected?.sources ?? []);
  return sources.some(
    ({ serviceAccountToken: token }) => token !== undefined && (token.audience ?? '') === audience,
  );
}

/**
 * What a node may ask for: tokens for the Pods that run on it, and for the audiences that their volumes name. So a node that was broken
 * into gives away no more than what runs there. Others are not looked at.
 */
export function checkNodeRequest({ user, registry }: Write, key: ObjectKey, spec: TokenRequestSpec): void {
  if (!user.name.startsWith('system:node:') || !user.groups.includes('system:nodes')) return;
  const refuse = (why: string): Error => forbidden(kinds.ServiceAccount, key.name, why);
  const { boundObjectRef: ref, audiences = [] } = spec;
  if (ref?.apiVersion !== 'v1' || ref.kind !== 'Pod' || !ref.name)
    throw refuse('node requested token not bound to a pod');
  if (!ref.uid) throw refuse('node requested token with a pod binding without a uid');
  const pod = readForToken(registry, kinds.Pod, { namespace: key.namespace, name: ref.name });
  if (`system:node:${pod.spec?.nodeName}` !== user.name)
    throw refuse('node requested token bound to a pod scheduled on a different node');
  const [audience = '', ...more] = audiences;
  if (more.length > 0) throw refuse('node may only request 0 or 1 audiences');
  if (asksFor(pod, audience)) return;
  const verb = 'request-serviceaccounts-token-audience';
  const kind = { group: '', kind: audience, plural: audience };
  if (registry.authorizer.allows(user, { verb, kind, ...key })) return;
  const why = `audience "${audience}" not found in pod spec volume`;
  throw refuse(`${why}, ${user.name} is not authorized to request tokens for this audience`);
}
