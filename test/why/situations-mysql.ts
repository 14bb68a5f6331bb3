import { isReady, rolledOut } from './acts.js';
import { headless } from './manifests.js';
import type { Situation } from './situation.js';

/** The course's set, with two members. */
const mysql = `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  replicas: 2
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec:
      containers:
      - name: mysql
        image: mysql:8
        env: [{ name: MYSQL_ROOT_PASSWORD, valueFrom: { secretKeyRef: { name: root, key: password } } }]
        ports: [{ containerPort: 3306 }]
        volumeMounts: [{ name: data, mountPath: /var/lib/mysql }]
  volumeClaimTemplates:
  - metadata: { name: data }
    spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;

/** Members of a MySQL set that the operator keeps from being ready. */
export const ofMySql: readonly Situation[] = [
  {
    name: 'F4 a replica waits for the Service that gives its primary a name; its own name waits for the replica',
    namespace: 'mysql',
    steps: [
      {
        yaml: mysql,
        act: ({ has }) =>
          has(
            'pod/db-0',
            '{.status.containerStatuses[0].state.waiting.reason}',
            'CreateContainerConfigError',
          ),
        ask: 'sts/db',
        code: 1,
        reasons: ['PodNotRunning', 'MissingConfig'],
        answer: `StatefulSet mysql/db: 0 of 2 Pods are ready; db-0 waits with container mysql in CreateContainerConfigError: secret "root" not found; db-1 waits until it is Running and Ready
  └ Pod mysql/db-0: container mysql cannot be made: secret "root" not found

To go on: create what is missing; the container is tried again by itself`,
      },
      {
        act: async (at) => {
          await at.kubectl.ok(['create', 'secret', 'generic', 'root', '--from-literal=password=example']);
          await isReady(at, 'db-0');
          await at.has(
            'pod/db-1',
            '{.status.conditions[?(@.type=="mysql.holdfast.dev/ready")].reason}',
            'NoService',
          );
        },
        ask: 'sts/db',
        code: 1,
        reasons: ['PodNotReady', 'NoService'],
        answer: `StatefulSet mysql/db: 1 of 2 Pods are ready; db-1 runs, but its readiness gate mysql.holdfast.dev/ready is not met: Service db does not exist, so db-0.db.mysql.svc.cluster.local cannot be found; it is the last Pod that the set waits for
  └ Pod mysql/db-1: Service db does not exist, so db-0.db.mysql.svc.cluster.local cannot be found

To go on: create Service db with clusterIP: None`,
      },
      {
        ask: 'dns/db-1.db',
        code: 1,
        reasons: ['NoSuchService'],
        answer: `dns mysql/db-1.db: it does not resolve: Service mysql/db does not exist

To go on: create Service db in namespace mysql, with clusterIP: None`,
      },
      {
        yaml: headless(),
        act: rolledOut,
        ask: 'sts/db',
        code: 0,
        answer: 'StatefulSet mysql/db: 2 of 2 Pods are ready',
      },
      { ask: 'dns/db-1.db', code: 0, answer: 'dns mysql/db-1.db: it resolves to IP' },
      {
        ask: 'pod/db-1',
        code: 0,
        reasons: ['Replicating'],
        answer: 'Pod mysql/db-1: it runs and is ready: db-1 replicates from db-0',
      },
    ],
  },
];
