import type { TokenRequest } from '../../api/generated/authentication-v1.js';
import type { Pod, ServiceAccountTokenProjection } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import type { KubeObject } from '../../api/kube-object.js';
import { messageOf } from '../../lib/errors.js';
import type { NodeContext } from '../context.js';
import type { HeldToken } from '../pod-memory.js';
import { tokenKey, type VolumeProblem, wantedTokens } from '../volumes/index.js';

const dayMs = 24 * 3600 * 1000;
/** So that not all Pods of one set ask at the same instant. */
const jitterMs = 10_000;

/** When a token is to be renewed: at four fifths of its life, and never later than after a day. */
export function renewalOf(
  seconds: number,
  { nowMs, share }: { readonly nowMs: number; readonly share: number },
): number {
  return nowMs + Math.min(seconds * 800, dayMs) - share * jitterMs;
}

/**
 * Asks for the tokens that the Pod's volumes lack or that are due, as this node, each bound to exactly this Pod. A token that cannot be
 * had is a problem of its volume; the one before stays as long as there is no other.
 */
export async function renewTokens(context: NodeContext, pod: Pod): Promise<readonly VolumeProblem[]> {
  const { tokens } = context.memories.of(pod.metadata?.uid ?? '');
  const problems: VolumeProblem[] = [];
  for (const { volume, projection } of wantedTokens(pod)) {
    const key = tokenKey(projection);
    const held = tokens.get(key);
    if (held !== undefined && held.renewAtMs > context.clock.now()) continue;
    try {
      tokens.set(key, await request(context, pod, projection));
    } catch (cause) {
      problems.push({ volume, message: `failed to fetch token: ${messageOf(cause)}`, cause });
    }
  }
  return problems;
}

async function request(
  { client, clock, random }: NodeContext,
  pod: Pod,
  { audience, expirationSeconds = 3600 }: ServiceAccountTokenProjection,
): Promise<HeldToken> {
  const { name = '', namespace, uid } = pod.metadata ?? {};
  const body: TokenRequest = {
    spec: {
      audiences: audience ? [audience] : [],
      expirationSeconds,
      boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid },
    },
  };
  const account = { namespace, name: pod.spec?.serviceAccountName ?? 'default' };
  const token = tokenOf(await client.createSub(kinds.ServiceAccount, account, 'token', body));
  return { token, renewAtMs: renewalOf(expirationSeconds, { nowMs: clock.now(), share: random.next() }) };
}

function tokenOf(answer: KubeObject & Pick<TokenRequest, 'status'>): string {
  const token = answer.status?.token;
  if (!token) throw new Error('the API server answered without a token');
  return token;
}
