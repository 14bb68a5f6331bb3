import { container, type Place, pod, probe, type Situation } from './situation.js';

/** Waits until a container of Pod `a` waits with that reason. */
const waitsIn =
  (reason: string, statuses = 'containerStatuses') =>
  ({ has }: Place) =>
    has('pod/a', `{.status.${statuses}[0].state.waiting.reason}`, reason);

/** Waits until a container of Pod `a` was started three times: the pause that begins then is the first long one. */
const crashes =
  (statuses = 'containerStatuses') =>
  async (at: Place) => {
    await at.has('pod/a', `{.status.${statuses}[0].restartCount}`, '2');
    await waitsIn('CrashLoopBackOff', statuses)(at);
  };

const unhealthy = ({ told }: Place) => told('a', 'Unhealthy');
const isReady = ({ has }: Place) => has('pod/a', '{.status.containerStatuses[0].ready}', 'true');

/** Pods whose containers do not come up, or not for long. */
export const ofContainers: readonly Situation[] = [
  {
    name: 'a container that ends again and again: its code and its last words',
    namespace: 'crash',
    steps: [
      {
        yaml: pod(
          'a',
          container(
            'terminationMessagePolicy: FallbackToLogsOnError',
            "[sh, -c, 'echo cannot open /etc/db.conf; exit 3']",
          ),
        ),
        act: crashes(),
        ask: 'pod/a',
        code: 1,
        reasons: ['CrashLoop'],
        answer: `Pod crash/a: container main has been started N times; it ended last with code 3 (Error): cannot open /etc/db.conf

To go on: read kubectl logs -n crash a -c main --previous, and mend what it says`,
      },
    ],
  },
  {
    name: 'a command that the image does not have',
    namespace: 'no-command',
    steps: [
      {
        yaml: pod('a', container('', '[/no/such/program]')),
        act: crashes(),
        ask: 'pod/a',
        code: 1,
        reasons: ['CrashLoop'],
        answer: `Pod no-command/a: container main has been started N times; it ended last with code 128 (StartError): failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/no/such/program": stat /no/such/program: no such file or directory: unknown

To go on: a command that the image has`,
      },
    ],
  },
  {
    name: 'a container that needs more memory than it may have',
    namespace: 'memory',
    steps: [
      {
        yaml: pod('a', container('resources: { limits: { memory: 16Mi } }', "[sh, -c, 'head -c 100m /dev/zero | tail']")),
        act: crashes(),
        ask: 'pod/a',
        code: 1,
        reasons: ['CrashLoop'],
        answer: `Pod memory/a: container main has been started N times; it ended last with code 137 (OOMKilled)

To go on: more memory for container main than its limit of 16Mi, or software that needs less`,
      },
    ],
  },
  {
    name: 'a container that is killed by its liveness probe',
    namespace: 'liveness',
    steps: [
      {
        yaml: pod(
          'a',
          container("livenessProbe: { exec: { command: [cat, /alive] }, periodSeconds: 1, failureThreshold: 1 }"),
        ),
        act: crashes(),
        ask: 'pod/a',
        code: 1,
        reasons: ['CrashLoop'],
        answer: `Pod liveness/a: container main has been started N times; it ended last with code 137 (Error), and was killed for this: Liveness probe failed: cat: /alive: No such file or directory

To go on: read kubectl logs -n liveness a -c main --previous, and mend what it says`,
      },
    ],
  },
  {
    name: 'a container that was started again, and runs',
    namespace: 'again',
    steps: [
      {
        yaml: pod('a', container('', "[sh, -c, 'test -e /data/once && sleep infinity; touch /data/once; exit 4']").replace(/}$/, 'volumeMounts: [{ name: data, mountPath: /data }] }'), 'volumes: [{ name: data, emptyDir: {} }]'),
        act: async (at) => {
          await at.has('pod/a', '{.status.containerStatuses[0].restartCount}', '1');
          await isReady(at);
        },
        ask: 'pod/a',
        code: 0,
        reasons: ['Settled'],
        answer: 'Pod again/a: it runs and is ready; container main was started again once: it ended last with code 4 (Error)',
      },
    ],
  },
  {
    name: 'a readiness probe that runs a command',
    namespace: 'probe-exec',
    steps: [
      {
        yaml: pod('a', container(probe('[cat, /tmp/ready]'))),
        act: unhealthy,
        ask: 'pod/a',
        code: 1,
        reasons: ['ProbeFailing'],
        answer: `Pod probe-exec/a: container main runs and is not ready: Readiness probe failed: cat: /tmp/ready: No such file or directory

To go on: the probe succeeds; kubectl logs -n probe-exec a -c main shows what the container is at`,
      },
      {
        act: async (at) => {
          await at.kubectl.ok(['exec', 'a', '--', 'touch', '/tmp/ready']);
          await isReady(at);
        },
        ask: 'pod/a',
        code: 0,
        reasons: ['Settled'],
        answer: 'Pod probe-exec/a: it runs and is ready',
      },
    ],
  },
  {
    name: 'a readiness probe that prints nothing',
    namespace: 'probe-silent',
    steps: [
      {
        yaml: pod('a', container(probe("['false']"))),
        act: unhealthy,
        ask: 'pod/a',
        code: 1,
        reasons: ['ProbeFailing'],
        answer: `Pod probe-silent/a: container main runs and is not ready: Readiness probe failed, and printed nothing

To go on: the probe succeeds; kubectl logs -n probe-silent a -c main shows what the container is at`,
      },
    ],
  },
  {
    name: 'a readiness probe that asks by HTTP',
    namespace: 'probe-http',
    steps: [
      {
        yaml: pod('a', container('readinessProbe: { httpGet: { path: /healthz, port: 8080 }, periodSeconds: 1 }')),
        act: unhealthy,
        ask: 'pod/a',
        code: 1,
        reasons: ['ProbeFailing'],
        answer: `Pod probe-http/a: container main runs and is not ready: Readiness probe failed: Get "http://IP:8080/healthz": dial tcp IP:8080: connect: connection refused

To go on: the probe succeeds; kubectl logs -n probe-http a -c main shows what the container is at`,
      },
    ],
  },
  {
    name: 'a startup probe that connects by TCP',
    namespace: 'probe-tcp',
    steps: [
      {
        yaml: pod('a', container('startupProbe: { tcpSocket: { port: 3306 }, periodSeconds: 1, failureThreshold: 600 }')),
        act: unhealthy,
        ask: 'pod/a',
        code: 1,
        reasons: ['ProbeFailing'],
        answer: `Pod probe-tcp/a: container main runs and is not ready: Startup probe failed: dial tcp IP:3306: connect: connection refused

To go on: the probe succeeds; kubectl logs -n probe-tcp a -c main shows what the container is at`,
      },
    ],
  },
  {
    name: 'a ConfigMap that is missing, and then there',
    namespace: 'no-config',
    steps: [
      {
        yaml: pod('a', container('envFrom: [{ configMapRef: { name: settings } }]')),
        act: waitsIn('CreateContainerConfigError'),
        ask: 'pod/a',
        code: 1,
        reasons: ['MissingConfig'],
        answer: `Pod no-config/a: container main cannot be made: configmap "settings" not found

To go on: create what is missing; the container is tried again by itself`,
      },
      {
        act: async (at) => {
          await at.kubectl.ok(['create', 'configmap', 'settings', '--from-literal=mode=fast']);
          await isReady(at);
        },
        ask: 'pod/a',
        code: 0,
        reasons: ['Settled'],
        answer: 'Pod no-config/a: it runs and is ready',
      },
    ],
  },
  {
    name: 'a key that a Secret does not have',
    namespace: 'no-key',
    steps: [
      {
        yaml: `apiVersion: v1
kind: Secret
metadata: { name: passwords }
stringData: { user: x }
---${pod('a', container('env: [{ name: PASSWORD, valueFrom: { secretKeyRef: { name: passwords, key: root } } }]'))}`,
        act: waitsIn('CreateContainerConfigError'),
        ask: 'pod/a',
        code: 1,
        reasons: ['MissingConfig'],
        answer: `Pod no-key/a: container main cannot be made: couldn't find key root in Secret no-key/passwords

To go on: create what is missing; the container is tried again by itself`,
      },
    ],
  },
  {
    name: 'a Secret that is missing as a volume',
    namespace: 'no-volume',
    steps: [
      {
        yaml: pod('a', container('volumeMounts: [{ name: certificates, mountPath: /certificates }]'), 'volumes: [{ name: certificates, secret: { secretName: web } }]'),
        act: ({ told }) => told('a', 'FailedMount'),
        ask: 'pod/a',
        code: 1,
        reasons: ['VolumeNotMounted'],
        answer: `Pod no-volume/a: a volume is not there: MountVolume.SetUp failed for volume "certificates" : secret "web" not found

To go on: what the message names is there; the mount is tried again by itself`,
      },
    ],
  },
  {
    name: 'a container that would run as root and must not',
    namespace: 'root',
    steps: [
      {
        yaml: pod('a', container('securityContext: { runAsNonRoot: true }')),
        act: waitsIn('CreateContainerConfigError'),
        ask: 'pod/a',
        code: 1,
        reasons: ['ContainerRefused'],
        answer: `Pod root/a: container main cannot be made: container has runAsNonRoot and image will run as root (container: main)

To go on: a Pod that does not ask for that`,
      },
    ],
  },
  {
    name: 'an image that cannot be pulled',
    namespace: 'no-image',
    steps: [
      {
        yaml: pod('a').replace(/image: "[^"]*"/, 'image: "127.0.0.1:1/db:1"'),
        act: waitsIn('ImagePullBackOff'),
        ask: 'pod/a',
        code: 1,
        reasons: ['ImageNotPulled'],
        answer: `Pod no-image/a: container main has no image (ImagePullBackOff: Back-off pulling image "127.0.0.1:1/db:1": ErrImagePull: Failed to pull image "127.0.0.1:1/db:1": failed to pull and unpack image "127.0.0.1:1/db:1": failed to resolve reference "127.0.0.1:1/db:1": pulling from host 127-0-0-1.loopback.holdfast.internal:1 failed with status code [manifests 1]: 502 Bad Gateway)

To go on: image 127.0.0.1:1/db:1 can be pulled, or the Pod names another`,
      },
    ],
  },
  {
    name: 'an init container that does not finish, and then does',
    namespace: 'init',
    steps: [
      {
        yaml: pod('a', container(), `initContainers: [${container('', "[sh, -c, 'until [ -e /tmp/go ]; do sleep 0.1; done']").replace('main', 'wait-for-db')}]`),
        act: ({ has }) => has('pod/a', '{.status.initContainerStatuses[0].state.running}'),
        ask: 'pod/a',
        code: 1,
        reasons: ['InitContainerRunning'],
        answer: `Pod init/a: init container wait-for-db has not finished

To go on: it ends with code 0; kubectl logs -n init a -c wait-for-db shows what it is at`,
      },
      {
        act: async (at) => {
          await at.kubectl.ok(['exec', 'a', '-c', 'wait-for-db', '--', 'touch', '/tmp/go']);
          await isReady(at);
        },
        ask: 'pod/a',
        code: 0,
        reasons: ['Settled'],
        answer: 'Pod init/a: it runs and is ready',
      },
    ],
  },
  {
    name: 'an init container that fails',
    namespace: 'init-fails',
    steps: [
      {
        yaml: pod('a', container(), `initContainers: [${container('', "[sh, -c, 'exit 7']").replace('main', 'prepare')}]`),
        act: crashes('initContainerStatuses'),
        ask: 'pod/a',
        code: 1,
        reasons: ['CrashLoop'],
        answer: `Pod init-fails/a: container prepare has been started N times; it ended last with code 7 (Error)

To go on: read kubectl logs -n init-fails a -c prepare --previous, and mend what it says`,
      },
    ],
  },
];
