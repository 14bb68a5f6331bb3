import { type Situation, set } from './situations.fixture.js';

function quota(hard: string): string {
  return `
apiVersion: v1
kind: ResourceQuota
metadata: { name: team }
spec: { hard: { ${hard} } }
`;
}

/** Namespaces whose quota is used up. */
export const ofQuotas: readonly Situation[] = [
  {
    name: 'a set whose quota is used up',
    yaml: `${quota('pods: "2"')}\n---\n${set()}`,
    waitMs: 3000,
    ask: 'sts/db',
    expected: `StatefulSet default/db: 2 of 3 Pods are ready; Pod db-2 cannot be created: pods "db-2" is forbidden: exceeded quota: team, requested: pods=1, used: pods=2, limited: pods=2

To go on: mend what the message names; its controller tries again by itself`,
  },
  {
    name: 'a Pod that a quota does not allow',
    yaml: `${quota('pods: "2"')}\n---\n${set()}`,
    waitMs: 3000,
    ask: 'pod/db-2',
    expected: `Pod default/db-2: it does not exist: the set db has not made it yet
  └ StatefulSet default/db: 2 of 3 Pods are ready; Pod db-2 cannot be created: pods "db-2" is forbidden: exceeded quota: team, requested: pods=1, used: pods=2, limited: pods=2

To go on: mend what the message names; its controller tries again by itself`,
  },
  {
    name: 'a CronJob whose Jobs a quota does not allow',
    yaml: `${quota('count/jobs.batch: "0"')}
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: tick }
spec:
  schedule: "* * * * *"
  jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [{ name: main, image: "x:1" }] } } } }
`,
    waitMs: 70_000,
    ask: 'cj/tick',
    expected: `CronJob default/tick: its Job cannot be created: jobs.batch "tick-29453761" is forbidden: exceeded quota: team, requested: count/jobs.batch=1, used: count/jobs.batch=0, limited: count/jobs.batch=0

To go on: mend what the message names; its controller tries again by itself`,
  },
  {
    name: 'a Deployment whose Pods do not say what their quota limits',
    yaml: `${quota('requests.cpu: "1"')}
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: main, image: "web:1" }] }
`,
    waitMs: 3000,
    ask: 'deployment/web',
    expected: `Deployment default/web: 0 of 1 Pods are of the new template, 0 are available; ReplicaSet web-589c7d946d has 0 of 1 Pods available
  └ ReplicaSet default/web-589c7d946d: its Pods cannot be created: pods "web-589c7d946d-*" is forbidden: failed quota: team: must specify requests.cpu for: main

To go on: mend what the message names; its controller tries again by itself`,
  },
];
