import { expect, test } from 'vitest';
import { type KindRow, kinds } from '../../api/kinds.js';
import { checkReview } from './review-checks.js';

const pods = { resource: 'pods', namespace: 'default' };
const one = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';

test.each<[KindRow, object, string]>([
  [kinds.SelfSubjectAccessReview, {}, `spec.resourceAttributes: Invalid value: null: ${one}`],
  [kinds.SelfSubjectAccessReview, { spec: {} }, `spec.resourceAttributes: Invalid value: null: ${one}`],
  [
    kinds.SelfSubjectAccessReview,
    { spec: { resourceAttributes: pods, nonResourceAttributes: { path: '/' } } },
    'spec.nonResourceAttributes: Invalid value: {"path":"/"}: cannot be specified in combination with resourceAttributes',
  ],
  [
    kinds.SubjectAccessReview,
    { spec: { resourceAttributes: pods } },
    'spec.user: Invalid value: "": at least one of user or group must be specified',
  ],
  [
    kinds.LocalSubjectAccessReview,
    { metadata: { namespace: 'team' }, spec: { user: 'eve', resourceAttributes: pods } },
    'spec.resourceAttributes.namespace must match namespace: team',
  ],
  [
    kinds.LocalSubjectAccessReview,
    { spec: { user: 'eve', nonResourceAttributes: { path: '/' } } },
    'spec.nonResourceAttributes: Invalid value: {"path":"/"}: disallowed on this kind of request',
  ],
  [kinds.SelfSubjectRulesReview, { spec: {} }, 'no namespace on request'],
])('%o %j is refused', (kind, review, why) => {
  expect(() => checkReview(kind, review)).toThrow(why);
});

test('questions that say what they ask pass', () => {
  const check = (kind: KindRow, review: object): void => checkReview(kind, review);
  check(kinds.SelfSubjectAccessReview, { spec: { resourceAttributes: pods } });
  check(kinds.SubjectAccessReview, { spec: { groups: ['g'], nonResourceAttributes: { path: '/' } } });
  check(kinds.SelfSubjectReview, {});
});
