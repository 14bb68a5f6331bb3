import { isReady, touch, waitsIn } from './acts.js';
import { container, pod, probe } from './manifests.js';
import type { Place, Situation } from './situation.js';

const unhealthy = ({ told }: Place) => told('a', 'Unhealthy');

/** Pods whose probes fail, and Pods whose containers cannot be made. */
export const ofProbes: readonly Situation[] = [
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
          await touch(at, 'a', '/tmp/ready');
          await isReady(at, 'a');
        },
        ask: 'pod/a',
        code: 0,
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
        yaml: pod(
          'a',
          container('readinessProbe: { httpGet: { path: /healthz, port: 8080 }, periodSeconds: 1 }'),
        ),
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
        yaml: pod(
          'a',
          container('startupProbe: { tcpSocket: { port: 3306 }, periodSeconds: 1, failureThreshold: 600 }'),
        ),
        act: unhealthy,
        ask: 'pod/a',
        code: 1,
        reasons: ['ProbeFailing'],
        answer: `Pod probe-tcp/a: container main runs and is not ready: Startup probe failed: dial tcp IP:3306: connect: connection refused

To go on: the probe succeeds; kubectl logs -n probe-tcp a -c main shows what the container is at`,
      },
    ],
  },
];

/** Pods whose containers cannot be made. */
export const ofMissing: readonly Situation[] = [
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
          await isReady(at, 'a');
        },
        ask: 'pod/a',
        code: 0,
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
        yaml: pod(
          'a',
          container('volumeMounts: [{ name: certificates, mountPath: /certificates }]'),
          'volumes: [{ name: certificates, secret: { secretName: web } }]',
        ),
        act: ({ told }) => told('a', 'FailedMount'),
        ask: 'pod/a',
        code: 1,
        reasons: ['VolumeNotMounted'],
        answer: `Pod no-volume/a: a volume is not there: MountVolume.SetUp failed for volume "certificates" : secret "web" not found

To go on: mend what the message names; the mount is tried again by itself`,
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
];
