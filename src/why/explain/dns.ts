import type { Pod, Service } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { isPodReady } from '../../api/pods.js';
import type { Link, Subject } from '../link.js';
import type { Reader } from '../reader.js';
import { settled } from './common.js';
import { explainService, selectedPods, selectorTextOf } from './service.js';

/** The domain of the cluster's names. */
const domain = 'cluster.local';

interface Name {
  readonly host: string | undefined;
  readonly service: string;
  readonly namespace: string;
}

/** Reads a name as a Pod of `namespace` would, with its search list: `mysql`, `mysql-0.mysql`, up to the whole name. */
async function parse({ name, namespace = 'default' }: Subject, reader: Reader): Promise<Name | undefined> {
  const text = name
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(new RegExp(`\\.${domain.replace('.', '\\.')}$`), '');
  const labels = text.replace(/\.svc$/, '').split('.');
  const whole = text.endsWith('.svc');
  const [first = '', second, third, ...rest] = labels;
  if (first === '' || rest.length > 0) return undefined;
  if (third !== undefined) return { host: first, service: second ?? '', namespace: third };
  if (second === undefined) return whole ? undefined : { host: undefined, service: first, namespace };
  if (whole) return { host: undefined, service: first, namespace: second };
  // Two labels are a Pod under a Service here, or a Service in another namespace: the search list tries the first first.
  const ofPod = { host: first, service: second, namespace };
  if ((await reader.get(kinds.Service, { namespace, name: second })) !== undefined) return ofPod;
  const there = await reader.get(kinds.Service, { namespace: second, name: first });
  return there === undefined ? ofPod : { host: undefined, service: first, namespace: second };
}

/** Why a name does not resolve. */
export async function explainDns(about: Subject, reader: Reader): Promise<Link> {
  const name = await parse(about, reader);
  if (name === undefined) {
    const message = `it is no name of this cluster: those are SERVICE[.NAMESPACE[.svc.${domain}]] and POD.SERVICE...`;
    return { about, settled: false, reason: 'NameOutsideCluster', message };
  }
  const { host, namespace, service: serviceName } = name;
  const service = await reader.get(kinds.Service, { namespace, name: serviceName });
  if (service === undefined) {
    const message = `it does not resolve: Service ${namespace}/${serviceName} does not exist`;
    return {
      about,
      settled: false,
      reason: 'NoSuchService',
      message,
      unblockedBy: `create Service ${serviceName} in namespace ${namespace}${host === undefined ? '' : ', with clusterIP: None'}`,
    };
  }
  return host === undefined
    ? explainServiceName(about, service, reader)
    : explainHost(about, { host, service }, reader);
}

async function explainServiceName(about: Subject, service: Service, reader: Reader): Promise<Link> {
  const { namespace, name = '' } = service.metadata ?? {};
  if (service.spec?.clusterIP !== 'None') {
    return settled(about, `it resolves to ${service.spec?.clusterIP ?? service.spec?.externalName ?? ''}`);
  }
  const on = { kind: 'Service', namespace, name };
  const link = await explainService(on, reader);
  if (link.settled) {
    const which = service.spec.publishNotReadyAddresses === true ? 'Pods, ready or not,' : 'ready Pods';
    return settled(about, `it resolves to the ${which} of Service ${name}`);
  }
  const message = `it does not resolve: Service ${name} has nothing to resolve to`;
  return { about, settled: false, reason: 'NoReadyEndpoints', message, on };
}

interface Host {
  readonly host: string;
  readonly service: Service;
}

async function explainHost(about: Subject, { host, service }: Host, reader: Reader): Promise<Link> {
  const { namespace = '', name: serviceName = '' } = service.metadata ?? {};
  if (service.spec?.clusterIP !== 'None') {
    const message = `it does not resolve: Service ${serviceName} has the cluster IP ${service.spec?.clusterIP}, and only a headless Service gives its Pods names`;
    return {
      about,
      settled: false,
      reason: 'NotHeadless',
      message,
      unblockedBy: `a Service ${serviceName} with clusterIP: None`,
    };
  }
  const pods = await reader.list(kinds.Pod, namespace);
  const pod = pods.find(({ spec }) => spec?.hostname === host);
  if (pod === undefined) {
    const on = { kind: 'Pod', namespace, name: host };
    return {
      about,
      settled: false,
      reason: 'NoReadyEndpoints',
      message: `it does not resolve: no Pod has the host name ${host}`,
      on,
    };
  }
  return explainPodName(about, { pod, service }, reader);
}

async function explainPodName(
  about: Subject,
  { pod, service }: { readonly pod: Pod; readonly service: Service },
  reader: Reader,
): Promise<Link> {
  const { namespace, name: podName = '' } = pod.metadata ?? {};
  const { name: serviceName = '' } = service.metadata ?? {};
  const { subdomain } = pod.spec ?? {};
  if (subdomain !== serviceName) {
    const message = `it does not resolve: Pod ${podName} has its name under ${subdomain ? `Service ${subdomain}` : 'no Service'}, by its subdomain (a set's serviceName)`;
    return {
      about,
      settled: false,
      reason: 'HostNameElsewhere',
      message,
      unblockedBy: subdomain
        ? `ask for ${pod.spec?.hostname}.${subdomain} instead, or make the set anew with serviceName: ${serviceName}`
        : `make the set anew with serviceName: ${serviceName}`,
    };
  }
  const selected = await selectedPods(service, reader);
  if (!selected.some(({ metadata }) => metadata?.name === podName)) {
    const wanted = selectorTextOf(service);
    return {
      about,
      settled: false,
      reason: 'NotSelected',
      message: `it does not resolve: Service ${serviceName} does not select Pod ${podName}`,
      unblockedBy:
        wanted === ''
          ? `a selector of Service ${serviceName}`
          : `give the Pod the labels ${wanted}, or Service ${serviceName} another selector`,
    };
  }
  if (isPodReady(pod) || service.spec?.publishNotReadyAddresses === true) {
    if (pod.status?.podIP !== undefined) return settled(about, `it resolves to ${pod.status.podIP}`);
    const on = { kind: 'Pod', namespace, name: podName };
    const message = `it does not resolve: Pod ${podName} has no address yet`;
    return { about, settled: false, reason: 'PodNotRunning', message, on };
  }
  const message = `it does not resolve: Pod ${podName} is not ready, and Service ${serviceName} publishes only what is`;
  return {
    about,
    settled: false,
    reason: 'PodNotReady',
    message,
    on: { kind: 'Pod', namespace, name: podName },
  };
}
