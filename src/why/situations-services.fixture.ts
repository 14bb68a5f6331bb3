import { kinds } from '../api/kinds.js';
import { headless, never, type Situation, set } from './situations.fixture.js';

/** Services, names, rollouts, Namespaces. */
export const ofServices: readonly Situation[] = [
  {
    name: 'a Service with endpoints',
    yaml: `${headless}\n---\n${set()}`,
    waitMs: 3000,
    ask: 'svc/db',
    expected: 'Service default/db: 3 of 3 Pods are endpoints',
  },
  {
    name: 'a Service that selects nothing',
    yaml: headless,
    ask: 'svc/db',
    expected: `Service default/db: it has no endpoints: no Pod of the namespace has the labels app=db

To go on: a Pod with the labels app=db, or another selector of the Service (kubectl get pods -n default --show-labels)`,
  },
  {
    name: 'a Service whose Pods are not ready',
    yaml: `${headless}\n---\n${set({ annotation: never })}`,
    waitMs: 2000,
    ask: 'service/db',
    expected: `Service default/db: it has no ready endpoints: 1 Pod is selected, and it is not ready
  └ Pod default/db-0: container main runs and is not ready yet

To go on: it gets ready when its annotations simulated.holdfast.dev/... say so`,
  },
  {
    name: 'a Service that sends to a port that nobody has',
    yaml: `${headless.replace('targetPort: sql', 'targetPort: http')}\n---\n${set()}`,
    waitMs: 2000,
    ask: 'svc/db',
    expected:
      'Service default/db: it sends to the port "http", and none of its Pods has a container port of that name\n\nTo go on: name a port "http" in the Pods, or change the Service\'s targetPort',
  },
  {
    name: 'a name that resolves',
    yaml: `${headless}\n---\n${set()}`,
    waitMs: 3000,
    ask: 'dns/db-0.db',
    expected: 'dns default/db-0.db: it resolves to 10.244.0.2',
  },
  {
    name: 'a name without its Service',
    yaml: set(),
    waitMs: 3000,
    ask: 'dns/db-0.db.default.svc.cluster.local',
    expected:
      'dns default/db-0.db.default.svc.cluster.local: it does not resolve: Service default/db does not exist\n\nTo go on: create Service db in namespace default, with clusterIP: None',
  },
  {
    name: 'a name under another Service than serviceName',
    yaml: `${headless.replace('name: db }', 'name: other }')}\n---\n${set()}`,
    waitMs: 3000,
    ask: 'dns/db-0.other',
    expected: `dns default/db-0.other: it does not resolve: Pod db-0 has its name under Service db, by its subdomain (a set's serviceName)

To go on: ask for db-0.db instead, or make the set anew with serviceName: other`,
  },
  {
    name: 'a name of a Pod that is not ready',
    yaml: `${headless}\n---\n${set({ annotation: never })}`,
    waitMs: 2000,
    ask: 'dns/db-0.db',
    expected: `dns default/db-0.db: it does not resolve: Pod db-0 is not ready, and Service db publishes only what is
  └ Pod default/db-0: container main runs and is not ready yet

To go on: it gets ready when its annotations simulated.holdfast.dev/... say so`,
  },
  {
    name: 'a Pod name under a Service with a cluster IP',
    yaml: `${headless.replace('clusterIP: None, ', 'clusterIP: 10.96.0.77, ')}\n---\n${set()}`,
    waitMs: 2000,
    ask: 'dns/db-0.db',
    expected:
      'dns default/db-0.db: it does not resolve: Service db has the cluster IP 10.96.0.77, and only a headless Service gives its Pods names\n\nTo go on: a Service db with clusterIP: None',
  },
  {
    name: 'a name outside the cluster',
    ask: 'dns/www.a.example.com',
    expected:
      'dns default/www.a.example.com: it is no name of this cluster: those are SERVICE[.NAMESPACE[.svc.cluster.local]] and POD.SERVICE...',
  },
  {
    name: 'a Deployment that is paused',
    yaml: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { paused: true, replicas: 1, selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: c, image: "x:1" }] } } }
`,
    waitMs: 1000,
    ask: 'deploy/web',
    expected: `Deployment default/web: the Deployment is paused

To go on: kubectl rollout resume -n default deployment web`,
  },
  {
    name: 'a Namespace that a finalizer in it keeps',
    yaml: 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: held, namespace: shop, finalizers: [example.com/hold] }\n',
    act: async (at) => {
      await at.client.delete(kinds.Namespace, { name: 'shop' });
      await at.clock.advance(2000);
    },
    ask: 'ns/shop',
    expected: `Namespace shop: it is being deleted: Some resources are remaining: configmaps. has 1 resource instances; Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances

To go on: delete what is left in it; where finalizers are named, whoever set them takes them off`,
  },
];
