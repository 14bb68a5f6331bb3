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

To go on: what the message names is mended; the set tries again by itself`,
  },
  {
    name: 'a Pod that a quota does not allow',
    yaml: `${quota('pods: "2"')}\n---\n${set()}`,
    waitMs: 3000,
    ask: 'pod/db-2',
    expected: `Pod default/db-2: it does not exist: the set db has not made it yet
  └ StatefulSet default/db: 2 of 3 Pods are ready; Pod db-2 cannot be created: pods "db-2" is forbidden: exceeded quota: team, requested: pods=1, used: pods=2, limited: pods=2

To go on: what the message names is mended; the set tries again by itself`,
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
  └ ReplicaSet default/web-589c7d946d: its Pods are refused: Error creating: pods "web-589c7d946d-*" is forbidden: failed quota: team: must specify requests.cpu for: main`,
  },
];
