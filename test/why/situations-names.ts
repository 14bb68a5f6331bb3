import { expect } from 'vitest';
import { toolboxIn } from '../tools/toolbox.js';
import { isReady, rolledOut, touch } from './acts.js';
import { container, headless, pod, probe, set } from './manifests.js';
import type { Place, Situation } from './situation.js';

const gated = container(probe('[cat, /tmp/ready]'));
const unhealthy = ({ told }: Place) => told('db-0', 'Unhealthy');
const open = (at: Place) => touch(at, 'db-0', '/tmp/ready');
const one = { replicas: 1 };

/** Expects that Pod `asker` is told the address of db-0 at its first question. */
async function resolvesAtOnce({ kubectl, namespace }: Place): Promise<void> {
  const ip = await kubectl.ok(['get', 'pod', 'db-0', '-o', 'jsonpath={.status.podIP}']);
  const name = `db-0.db.${namespace}.svc.cluster.local`;
  expect(await toolboxIn(kubectl, 'asker').addresses(name)).toEqual([ip]);
}

/** Services, and names of Pods. */
export const ofNames: readonly Situation[] = [
  {
    name: 'F4 a name that was asked for before its Pod was there resolves as soon as the Pod is ready',
    namespace: 'name',
    steps: [
      {
        yaml: `${headless()}---${pod('asker')}---${set({ ...one, container: gated })}`,
        act: async (at) => {
          await isReady(at, 'asker');
          await unhealthy(at);
          expect(await toolboxIn(at.kubectl, 'asker').dnsStatus('db-0.db.name.svc.cluster.local')).toBe(
            'NXDOMAIN',
          );
        },
        ask: 'dns/db-0.db',
        code: 1,
        reasons: ['PodNotReady', 'ProbeFailing'],
        answer: `dns name/db-0.db: it does not resolve: Pod db-0 is not ready, and Service db publishes only what is
  └ Pod name/db-0: container main runs and is not ready: Readiness probe failed: cat: /tmp/ready: No such file or directory

To go on: the probe succeeds; kubectl logs -n name db-0 -c main shows what the container is at`,
      },
      {
        act: async (at) => {
          await open(at);
          await rolledOut(at);
          await resolvesAtOnce(at);
        },
        ask: 'dns/db-0.db',
        code: 0,
        answer: 'dns name/db-0.db: it resolves to IP',
      },
    ],
  },
  {
    name: 'F4 a name of a Pod that is not ready, under a Service that publishes such',
    namespace: 'unready-name',
    steps: [
      {
        yaml: `${headless('publishNotReadyAddresses: true')}---${pod('asker')}---${set({ ...one, container: gated })}`,
        act: async (at) => {
          await isReady(at, 'asker');
          await unhealthy(at);
          await resolvesAtOnce(at);
        },
        ask: 'dns/db-0.db',
        code: 0,
        answer: 'dns unready-name/db-0.db: it resolves to IP',
      },
      {
        ask: 'svc/db',
        code: 0,
        answer:
          'Service unready-name/db: all 1 Pods are endpoints, ready or not (publishNotReadyAddresses): 0 ready',
      },
    ],
  },
  {
    name: 'F4 a name under a Service that does not select the Pod',
    namespace: 'unselected',
    steps: [
      {
        yaml: `${headless().replace('app: db', 'app: other')}---${set(one)}`,
        act: rolledOut,
        ask: 'dns/db-0.db.unselected.svc.cluster.local',
        code: 1,
        reasons: ['NotSelected'],
        answer: `dns unselected/db-0.db.unselected.svc.cluster.local: it does not resolve: Service db does not select Pod db-0

To go on: give the Pod the labels app=other, or Service db another selector`,
      },
    ],
  },
  {
    name: 'F4 a name without its Service, and then with it',
    namespace: 'no-service',
    steps: [
      {
        yaml: `${pod('asker')}---${set(one)}`,
        act: async (at) => {
          await isReady(at, 'asker');
          await rolledOut(at);
        },
        ask: 'dns/db-0.db',
        code: 1,
        reasons: ['NoSuchService'],
        answer: `dns no-service/db-0.db: it does not resolve: Service no-service/db does not exist

To go on: create Service db in namespace no-service, with clusterIP: None`,
      },
      {
        yaml: headless(),
        act: async (at) => {
          await at.has('endpoints/db', '{.subsets[0].addresses[0].ip}');
          await resolvesAtOnce(at);
        },
        ask: 'dns/db-0.db',
        code: 0,
        answer: 'dns no-service/db-0.db: it resolves to IP',
      },
    ],
  },
  {
    name: 'a Service whose Pods are not ready',
    namespace: 'no-endpoints',
    steps: [
      {
        yaml: `${headless()}---${set({ ...one, container: gated })}`,
        act: unhealthy,
        ask: 'svc/db',
        code: 1,
        reasons: ['NoReadyEndpoints', 'ProbeFailing'],
        answer: `Service no-endpoints/db: it has no ready endpoints: 1 Pod is selected, and it is not ready
  └ Pod no-endpoints/db-0: container main runs and is not ready: Readiness probe failed: cat: /tmp/ready: No such file or directory

To go on: the probe succeeds; kubectl logs -n no-endpoints db-0 -c main shows what the container is at`,
      },
      {
        ask: 'dns/db',
        code: 1,
        reasons: ['NoReadyEndpoints', 'NoReadyEndpoints', 'ProbeFailing'],
        answer: `dns no-endpoints/db: it does not resolve: Service db has nothing to resolve to
  └ Service no-endpoints/db: it has no ready endpoints: 1 Pod is selected, and it is not ready
    └ Pod no-endpoints/db-0: container main runs and is not ready: Readiness probe failed: cat: /tmp/ready: No such file or directory

To go on: the probe succeeds; kubectl logs -n no-endpoints db-0 -c main shows what the container is at`,
      },
      {
        act: async (at) => {
          await open(at);
          await rolledOut(at);
        },
        ask: 'svc/db',
        code: 0,
        answer: 'Service no-endpoints/db: 1 of 1 Pods are endpoints',
      },
    ],
  },
  {
    name: 'a Service that sends to a port by a name that no Pod has',
    namespace: 'no-port',
    steps: [
      {
        yaml: `${headless().replace('port: 3306', 'port: 3306, targetPort: mysql')}---${set({ ...one, container: container('ports: [{ name: sql, containerPort: 3306 }]') })}`,
        act: rolledOut,
        ask: 'svc/db',
        code: 1,
        reasons: ['NoSuchPort'],
        answer: `Service no-port/db: it sends to the port "mysql", and none of its Pods has a container port of that name

To go on: name a port "mysql" in the Pods, or change the Service's targetPort`,
      },
    ],
  },
];
