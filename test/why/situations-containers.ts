import { crashes, isReady } from './acts.js';
import { container, pod } from './manifests.js';
import type { Situation } from './situation.js';

/** Pods whose containers end, or have to end first. */
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
        yaml: pod(
          'a',
          container('resources: { limits: { memory: 16Mi } }', "[sh, -c, 'head -c 100m /dev/zero | tail']"),
        ),
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
          container(
            'livenessProbe: { exec: { command: [cat, /alive] }, periodSeconds: 1, failureThreshold: 1 }',
          ),
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
        yaml: pod(
          'a',
          container('', "[sh, -c, 'test -e /data/once && sleep infinity; touch /data/once; exit 4']").replace(
            /}$/,
            'volumeMounts: [{ name: data, mountPath: /data }] }',
          ),
          'volumes: [{ name: data, emptyDir: {} }]',
        ),
        act: async (at) => {
          await at.has('pod/a', '{.status.containerStatuses[0].restartCount}', '1');
          await isReady(at, 'a');
        },
        ask: 'pod/a',
        code: 0,
        answer:
          'Pod again/a: it runs and is ready; container main was started again once: it ended last with code 4 (Error)',
      },
    ],
  },
  {
    name: 'an init container that does not finish, and then does',
    namespace: 'init',
    steps: [
      {
        yaml: pod(
          'a',
          container(),
          `initContainers: [${container('', "[sh, -c, 'until [ -e /tmp/go ]; do sleep 0.1; done']").replace('main', 'wait-for-db')}]`,
        ),
        act: ({ has }) => has('pod/a', '{.status.initContainerStatuses[0].state.running}'),
        ask: 'pod/a',
        code: 1,
        reasons: ['InitContainerRunning'],
        answer: `Pod init/a: init container wait-for-db has not finished

To go on: it ends with code 0; kubectl logs -n init a -c wait-for-db shows what it is at`,
      },
      {
        act: async (at) => {
          // It may end before the command has.
          await at.kubectl.run(['exec', 'a', '-c', 'wait-for-db', '--', 'touch', '/tmp/go']);
          await isReady(at, 'a');
        },
        ask: 'pod/a',
        code: 0,
        answer: 'Pod init/a: it runs and is ready',
      },
    ],
  },
  {
    name: 'an init container that fails',
    namespace: 'init-fails',
    steps: [
      {
        yaml: pod(
          'a',
          container(),
          `initContainers: [${container('', "[sh, -c, 'exit 7']").replace('main', 'prepare')}]`,
        ),
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
