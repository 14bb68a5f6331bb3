import type { Call } from './clients.js';
import { putCall, rangeCall } from './etcd-calls.js';
import type { Operation } from './target.js';

/** A ConfigMap of about one KiB. */
function configMap(name: string): object {
  const data = { 'application.properties': 'cache.size=1024;'.repeat(50) };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: { app: 'bench' } }, data };
}

/** A Pod as a template of a small web application would have it, about one KiB before defaults. */
function pod(name: string): object {
  const probe = { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 5 };
  const main = {
    name: 'main',
    image: 'registry.example/team/application:1.2.3',
    args: ['--listen=:8080', '--verbose'],
    env: [
      { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'DATABASE_URL', value: 'mysql://mysql-master.default.svc.cluster.local:3306/application' },
    ],
    ports: [{ name: 'http', containerPort: 8080 }],
    readinessProbe: probe,
    livenessProbe: { ...probe, periodSeconds: 20 },
    resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } },
    volumeMounts: [
      { name: 'settings', mountPath: '/etc/application' },
      { name: 'scratch', mountPath: '/tmp' },
    ],
  };
  const volumes = [
    { name: 'settings', configMap: { name: 'application' } },
    { name: 'scratch', emptyDir: {} },
  ];
  const labels = { app: 'application', 'app.kubernetes.io/part-of': 'bench', tier: 'web' };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels, annotations: { 'example.com/checksum': '0123456789abcdef'.repeat(4) } },
    spec: { containers: [main], volumes },
  };
}

const PLACE = '@NAME@';

/** Gives the next call of an operation each time it is asked; undefined when there are no more. */
export function callsOf(operation: Operation): () => Call | undefined {
  if (operation.kind === 'get') return () => ({ method: 'GET', path: operation.path });
  if (operation.kind === 'etcdGet') return () => rangeCall(operation.key);
  if (operation.kind === 'etcdPut') {
    const value = Buffer.alloc(operation.bytes, 'x');
    let next = 0;
    return () => putCall(`${operation.prefix}${next++}`, value);
  }
  const { namespace, object, prefix, count = Number.POSITIVE_INFINITY } = operation;
  const plural = object === 'Pod' ? 'pods' : 'configmaps';
  // The generator spends its time on sending, not on serializing.
  const text = JSON.stringify(object === 'Pod' ? pod(PLACE) : configMap(PLACE));
  const path = `/api/v1/namespaces/${namespace}/${plural}`;
  let next = 0;
  return () => {
    if (next >= count) return undefined;
    return { method: 'POST', path, body: Buffer.from(text.replace(PLACE, `${prefix}${next++}`)) };
  };
}
