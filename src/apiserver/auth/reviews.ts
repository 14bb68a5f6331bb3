import type {
  SelfSubjectReview,
  UserInfo as ShownUser,
  TokenReview,
  TokenReviewStatus,
} from '../../api/generated/authentication-v1.js';
import type {
  LocalSubjectAccessReview,
  NonResourceAttributes,
  ResourceAttributes as ReviewedResource,
  SelfSubjectAccessReview,
  SelfSubjectRulesReview,
  SubjectAccessReview,
  SubjectAccessReviewStatus,
  SubjectRulesReviewStatus,
} from '../../api/generated/authorization-v1.js';
import type { KindRow } from '../../api/kinds.js';
import { apiVersionOf, type KubeObject } from '../../api/kube-object.js';
import type { UserInfo } from '../../api/resource-api.js';
import { badRequest, methodNotSupported } from '../../api/status-error.js';
import { type AccountTokens, apiAudiences } from '../tokens/account-tokens.js';
import type { Authorizer, GrantedRule } from './authorizer.js';
import { checkReview } from './review-checks.js';

/** Who asks, and who can answer. */
export interface ReviewContext {
  readonly user: UserInfo;
  readonly authorizer: Authorizer;
  readonly tokens: AccountTokens;
}

interface Asked {
  readonly resourceAttributes?: ReviewedResource;
  readonly nonResourceAttributes?: NonResourceAttributes;
}

function decide({ authorizer }: ReviewContext, user: UserInfo, asked: Asked): SubjectAccessReviewStatus {
  const { resourceAttributes: resource, nonResourceAttributes: path } = asked;
  if (resource !== undefined) {
    const { group = '', resource: plural = '', subresource, verb = '', namespace, name } = resource;
    const kind = { group, plural, kind: plural };
    const scope = namespace === '' ? undefined : namespace;
    const allowed = authorizer.allows(user, {
      verb,
      kind,
      subresource: subresource || undefined,
      namespace: scope,
      name,
    });
    return { allowed };
  }
  if (path === undefined)
    throw badRequest(
      'spec: Required value: exactly one of resourceAttributes and nonResourceAttributes has to be set',
    );
  return { allowed: authorizer.allowsPath(user, { verb: path.verb ?? '', path: path.path ?? '' }) };
}

function selfAccess(review: SelfSubjectAccessReview, context: ReviewContext): SelfSubjectAccessReview {
  return { ...review, status: decide(context, context.user, review.spec) };
}

function subjectAccess<T extends SubjectAccessReview | LocalSubjectAccessReview>(
  review: T,
  context: ReviewContext,
): T {
  const { user = '', groups = [] } = review.spec;
  return { ...review, status: decide(context, { name: user, groups }, review.spec) };
}

function ruleStatus(granted: readonly GrantedRule[]): SubjectRulesReviewStatus {
  const rules = granted.map(({ rule }) => rule);
  return {
    incomplete: false,
    resourceRules: rules
      .filter(({ resources }) => resources !== undefined)
      .map(({ verbs, apiGroups, resources, resourceNames }) => ({
        verbs,
        apiGroups,
        resources,
        resourceNames,
      })),
    nonResourceRules: rules
      .filter(({ nonResourceURLs }) => nonResourceURLs !== undefined)
      .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
  };
}

function selfRules(
  review: SelfSubjectRulesReview,
  { user, authorizer }: ReviewContext,
): SelfSubjectRulesReview {
  const asked = review.spec.namespace ?? '';
  const here = authorizer
    .rulesOf(user)
    .filter(({ namespace }) => namespace === undefined || namespace === asked);
  return { ...review, status: ruleStatus(here) };
}

function shown({ name, groups, uid, extra }: UserInfo): ShownUser {
  return { username: name, groups, uid, extra };
}

function selfSubject(review: SelfSubjectReview, { user }: ReviewContext): SelfSubjectReview {
  return { ...review, status: { userInfo: shown(user) } };
}

function reviewToken({ spec }: TokenReview, tokens: AccountTokens): TokenReviewStatus {
  if (!spec.token) throw badRequest('token is required for TokenReview in authentication');
  const { audiences = [] } = spec;
  const verdict = tokens.authenticate(spec.token, audiences.length === 0 ? apiAudiences : audiences);
  if (verdict.valid) return { authenticated: true, user: shown(verdict.user), audiences: verdict.audiences };
  const unknown = 'invalid bearer token';
  // Kubernetes lists what each of its ways to read a token had to say.
  return { user: {}, error: verdict.why === unknown ? unknown : `[${unknown}, ${verdict.why}]` };
}

function token(review: TokenReview, { tokens }: ReviewContext): TokenReview {
  return { ...review, status: reviewToken(review, tokens) };
}

interface Answerers {
  readonly [kind: string]: { answer(review: KubeObject, context: ReviewContext): KubeObject };
}

const answerers: Answerers = {
  SelfSubjectAccessReview: { answer: selfAccess },
  SubjectAccessReview: { answer: subjectAccess },
  LocalSubjectAccessReview: { answer: subjectAccess },
  SelfSubjectRulesReview: { answer: selfRules },
  SelfSubjectReview: { answer: selfSubject },
  TokenReview: { answer: token },
};

/** Answers a question that is asked by creating an object; nothing is stored. */
export function answerReview(kind: KindRow, review: KubeObject, context: ReviewContext): KubeObject {
  const answerer = answerers[kind.kind];
  if (answerer === undefined) throw methodNotSupported(kind, 'create');
  checkReview(kind, review);
  const { apiVersion: _version, kind: _kind, metadata, ...rest } = review;
  return answerer.answer(
    { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: metadata ?? {}, ...rest },
    context,
  );
}
