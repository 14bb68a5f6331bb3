import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Machine, startMachine } from '../tools/machine.js';
import { type Toolbox, toolboxImage, toolboxIn } from '../tools/toolbox.js';

let machine: Machine;
let robot: Toolbox;

const manifests = `
apiVersion: v1
kind: ServiceAccount
metadata: { name: robot }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reader }
rules: [{ apiGroups: [""], resources: [pods], verbs: [get, list] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: reader }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader }
subjects: [{ kind: ServiceAccount, name: robot, namespace: default }]
---
apiVersion: v1
kind: Pod
metadata: { name: robot }
spec:
  serviceAccountName: robot
  terminationGracePeriodSeconds: 0
  containers:
  - { name: main, image: "${toolboxImage}", command: [sleep, infinity] }
`;

/** curl as a client in a Pod uses it: the files that it finds, the variables that it has. */
const api = (path: string): string =>
  `dir=/var/run/secrets/kubernetes.io/serviceaccount
   curl -sS --max-time 5 --cacert $dir/ca.crt -H "Authorization: Bearer $(cat $dir/token)" \\
     "https://$KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT${path}"`;
const ask = async (path: string) => JSON.parse(await robot.sh(api(path)));
const reviewed = async (token: string) => {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } };
  const command = ['create', '--raw', '/apis/authentication.k8s.io/v1/tokenreviews', '-f', '-'];
  return JSON.parse(await machine.kubectl.ok(command, { input: JSON.stringify(body) })).status;
};
const pods = '/api/v1/namespaces/default/pods';

beforeAll(async () => {
  machine = await startMachine('accounts');
  const { kubectl } = machine;
  await kubectl.ok(['apply', '-f', '-'], { input: manifests });
  await kubectl.ok(['wait', '--for=condition=Ready', 'pod/robot', '--timeout=60s']);
  robot = toolboxIn(kubectl, 'robot');
});

afterAll(() => machine?.[Symbol.asyncDispose]());

it('a program in a Pod does with the API what its account may, and no more', async () => {
  const list = await ask(pods);
  expect([list.kind, list.items[0].metadata.name]).toEqual(['PodList', 'robot']);
  expect(await ask('/api/v1/namespaces/default/secrets')).toMatchObject({
    code: 403,
    message:
      'secrets is forbidden: User "system:serviceaccount:default:robot" cannot list resource "secrets" in API group "" in the namespace "default"',
  });
  expect(await ask('/api/v1/namespaces/kube-system/pods')).toMatchObject({ code: 403 });
  expect((await ask('/openid/v1/jwks')).keys).toHaveLength(1);
});

it('the API is reached by its name too, with a certificate that fits', async () => {
  const version = await robot.sh(
    'curl -sS --max-time 5 --cacert /var/run/secrets/kubernetes.io/serviceaccount/ca.crt https://kubernetes.default.svc/version',
  );
  expect(JSON.parse(version)).toMatchObject({ major: '1' });
});

it('the key that signs tokens is for root alone', async () => {
  const file = join(machine.cluster.paths.stateFiles.pki, 'sa.key');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

it('a token holds across a restart of the whole cluster, after which the Pod finds a new one', async () => {
  const token = await robot.sh('cat /var/run/secrets/kubernetes.io/serviceaccount/token');
  await machine.cluster.down();
  await machine.cluster.up();
  await machine.kubectl.ok(['wait', '--for=condition=Ready', 'pod/robot', '--timeout=60s']);
  expect((await ask(pods)).kind).toBe('PodList');
  expect(await reviewed(token)).toMatchObject({ authenticated: true });
});

it('a token is worth nothing any more when its Pod is gone', async () => {
  const token = await robot.sh('cat /var/run/secrets/kubernetes.io/serviceaccount/token');
  await machine.kubectl.ok(['delete', 'pod', 'robot']);
  expect(await reviewed(token)).toMatchObject({
    error: '[invalid bearer token, service account token has been invalidated]',
  });
});
