import type { Pod } from '../../api/generated/core-v1.js';
import type { SandboxConfig } from '../cri/container-runtime.js';
import { type DnsSettings, podDns } from './dns-config.js';
import { kernelHostname } from './hosts-file.js';
import { sandboxLabels } from './labels.js';
import { logFolder, type NodePlaces } from './places.js';

/** What all sandboxes of a node have in common. */
export interface SandboxSettings {
  readonly places: NodePlaces;
  readonly dns: DnsSettings;
  /** Parent of the Pods' cgroups, an absolute path inside every hierarchy. */
  readonly cgroupParent: string;
}

/** The cgroup of a Pod. */
export function podCgroup(cgroupParent: string, uid: string): string {
  return `${cgroupParent}/pod${uid}`;
}

/** The configuration of a Pod's sandbox. */
export function sandboxConfig(pod: Pod, attempt: number, settings: SandboxSettings): SandboxConfig {
  const { name = '', namespace = '', uid = '', annotations = {} } = pod.metadata ?? {};
  const { spec } = pod;
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  return {
    name,
    namespace,
    uid,
    attempt,
    hostname: kernelHostname(pod, settings.dns.clusterDomain),
    logDirectory: logFolder(settings.places, pod),
    dns: podDns(pod, settings.dns),
    labels: sandboxLabels(pod),
    annotations,
    cgroupParent: podCgroup(settings.cgroupParent, uid),
    sysctls: Object.fromEntries(
      (spec?.securityContext?.sysctls ?? []).map((sysctl) => [sysctl.name, sysctl.value]),
    ),
    pidScope: spec?.shareProcessNamespace ? 'POD' : 'CONTAINER',
    privileged: containers.some((container) => container.securityContext?.privileged === true),
    supplementalGroups: spec?.securityContext?.supplementalGroups ?? [],
  };
}
