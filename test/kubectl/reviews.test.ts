import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kubectl, kubectlVersions } from '../tools/kubectl.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';

const ofPods = { namespace: 'default', verb: 'get', resource: 'pods' };
const authorization = 'authorization.k8s.io/v1';

const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: unicorns.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { plural: unicorns, singular: unicorn, kind: Unicorn }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties: { horns: { type: integer, default: 1, enum: [1, 2] } }
`;
const refusal =
  'CustomResourceDefinitions are not supported here: there are no kinds but those of the API that is served, and this list is always empty';

describe.each(kubectlVersions)('with kubectl %s', (version) => {
  let cluster: PaperCluster;
  let kubectl: Kubectl;

  beforeAll(async () => {
    cluster = await startPaperCluster();
    kubectl = cluster.kubectl(version);
  });

  afterAll(() => cluster?.[Symbol.asyncDispose]());

  it.each<[string, string, object, object]>([
    ['authentication.k8s.io/v1', 'TokenReview', { token: 'x' }, { error: 'invalid bearer token', user: {} }],
    [authorization, 'SelfSubjectAccessReview', { resourceAttributes: ofPods }, { allowed: true }],
    [
      authorization,
      'SubjectAccessReview',
      { user: 'nobody', resourceAttributes: ofPods },
      { allowed: false },
    ],
    [authorization, 'SelfSubjectRulesReview', { namespace: 'default' }, { incomplete: false }],
  ])('a review is created, and answered: %s %s', async (apiVersion, kind, spec, status) => {
    const input = JSON.stringify({ apiVersion, kind, spec });
    const { code, stdout, stderr } = await kubectl.run(['create', '-f', '-', '-o', 'json'], { input });
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ kind, status });
  });

  it('a wrong field of a review is found', async () => {
    const input = JSON.stringify({
      apiVersion: authorization,
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttribute: ofPods },
    });
    const { code, stderr } = await kubectl.run(['create', '-f', '-'], { input });
    expect([code, stderr]).toEqual([1, expect.stringContaining('resourceAttribute')]);
  });

  it('there are no CustomResourceDefinitions', async () => {
    const { stdout, stderr } = await kubectl.run(['get', 'crd']);
    expect([stdout, stderr]).toEqual(['', 'No resources found\n']);
    const one = await kubectl.run(['get', 'crd', 'unicorns.example.com']);
    expect(one.stderr).toBe(
      'Error from server (NotFound): customresourcedefinitions.apiextensions.k8s.io "unicorns.example.com" not found\n',
    );
  });

  it.each([
    ['create', ['create', '-f', '-']],
    ['apply', ['apply', '-f', '-']],
    ['server-side apply', ['apply', '--server-side', '-f', '-']],
    ['dry run', ['create', '--dry-run=server', '-f', '-']],
  ])('%s of one is refused by name', async (_how, args) => {
    const { code, stderr } = await kubectl.run(args, { input: definition });
    expect([code, stderr]).toEqual([1, expect.stringContaining(refusal)]);
  });

  it('an object of a kind that is not there is refused by kubectl itself', async () => {
    const input = 'apiVersion: example.com/v1\nkind: Unicorn\nmetadata: { name: one }\n';
    const { code, stderr } = await kubectl.run(['create', '-f', '-'], { input });
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('no matches for kind "Unicorn" in version "example.com/v1"'),
    ]);
  });
});
