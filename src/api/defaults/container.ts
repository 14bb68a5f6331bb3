import type {
  Container,
  ContainerPort,
  EnvVar,
  HTTPGetAction,
  Lifecycle,
  LifecycleHandler,
  Probe,
} from '../generated/core-v1.js';
import { canonicalResources, change, fill, fillNumbers, mapList } from './fill.js';

/** The tag of an image reference; `latest` when it has neither tag nor digest, empty when it has only a digest. */
export function imageTag(image: string): string {
  const [name = '', digest] = image.split('@');
  const last = name.slice(name.lastIndexOf('/') + 1);
  const colon = last.indexOf(':');
  if (colon >= 0) return last.slice(colon + 1);
  return digest === undefined ? 'latest' : '';
}

function defaultHttpGet(action: HTTPGetAction): HTTPGetAction {
  const path = action.path === '' ? { ...action, path: '/' } : action;
  return fill(path, { path: '/', scheme: 'HTTP' });
}

function defaultProbe(probe: Probe): Probe {
  const nonZero = fillNumbers(probe, {
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  });
  const withGrpc = change(nonZero, 'grpc', (grpc) => fill(grpc, { service: '' }));
  return change(withGrpc, 'httpGet', defaultHttpGet);
}

function defaultHandler(handler: LifecycleHandler): LifecycleHandler {
  return change(handler, 'httpGet', defaultHttpGet);
}

function defaultLifecycle(lifecycle: Lifecycle): Lifecycle {
  return change(change(lifecycle, 'postStart', defaultHandler), 'preStop', defaultHandler);
}

function defaultPort(port: ContainerPort): ContainerPort {
  return fill(port, { protocol: 'TCP' });
}

function defaultEnv(env: EnvVar): EnvVar {
  return change(env, 'valueFrom', (source) => {
    const withField = change(source, 'fieldRef', (field) => fill(field, { apiVersion: 'v1' }));
    return change(withField, 'resourceFieldRef', (field) => fill(field, { divisor: '0' }));
  });
}

/** What ephemeral and ordinary containers have in common here. */
type AnyContainer = Pick<
  Container,
  | 'image'
  | 'imagePullPolicy'
  | 'terminationMessagePath'
  | 'terminationMessagePolicy'
  | 'resources'
  | 'ports'
  | 'env'
  | 'livenessProbe'
  | 'readinessProbe'
  | 'startupProbe'
  | 'lifecycle'
>;

/** A container's defaults, the same in a Pod, in a template, and for init and ephemeral containers. */
export function defaultContainer<T extends AnyContainer>(container: T): T {
  const latest = imageTag(container.image ?? '') === 'latest';
  const filled: AnyContainer = fill<AnyContainer>(container, {
    imagePullPolicy: latest ? 'Always' : 'IfNotPresent',
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    resources: {},
  });
  const changed: AnyContainer = {
    ...filled,
    ...(filled.resources && { resources: canonicalResources(filled.resources) }),
    ...(filled.ports && { ports: mapList(filled.ports, defaultPort) }),
    ...(filled.env && { env: mapList(filled.env, defaultEnv) }),
    ...(filled.livenessProbe && { livenessProbe: defaultProbe(filled.livenessProbe) }),
    ...(filled.readinessProbe && { readinessProbe: defaultProbe(filled.readinessProbe) }),
    ...(filled.startupProbe && { startupProbe: defaultProbe(filled.startupProbe) }),
    ...(filled.lifecycle && { lifecycle: defaultLifecycle(filled.lifecycle) }),
  };
  return { ...container, ...changed };
}
