import type { Container, ContainerStatus, PodStatus } from '../../api/generated/core-v1.js';
import { withConditions } from './conditions.js';
import { apiTime, containerStatus } from './container-status.js';
import type { Ending } from './ending.js';
import { phaseOf } from './phase.js';
import { allContainers, type PodView } from './pod-view.js';
import type { WaitingReason } from './steps.js';

/** The Pod's status as it should read now. */
export function podStatus(
  view: PodView,
  waiting: ReadonlyMap<string, WaitingReason>,
  end: { readonly ending: Ending | undefined; readonly stopped: boolean },
): PodStatus {
  const statuses = new Map<string, ContainerStatus>();
  for (const container of allContainers(view))
    statuses.set(container.name, containerStatus(view, container, waiting.get(container.name)));
  const { initContainers = [], containers, ephemeralContainers = [] } = view.spec;
  const addresses = view.sandbox?.addresses ?? [];
  const [podIP] = addresses;
  const { hostIP, hostIPs } = hostAddresses(view);
  const base: PodStatus = {
    ...view.pod.status,
    ...ended(view, end, statuses),
    observedGeneration: view.pod.metadata?.generation,
    hostIP,
    hostIPs,
    podIP: podIP ?? keptIP(view),
    podIPs: podIP === undefined ? keptIPs(view) : addresses.map((ip) => ({ ip })),
    startTime: view.pod.status?.startTime ?? apiTime(view.nowMs),
    initContainerStatuses: initContainers.length === 0 ? undefined : inOrder(initContainers, statuses),
    containerStatuses: inOrder(containers, statuses),
    ephemeralContainerStatuses:
      ephemeralContainers.length === 0
        ? undefined
        : ephemeralContainers.map((container) =>
            containerStatus(view, container, waiting.get(container.name)),
          ),
  };
  return withConditions(base, view, statuses);
}

function inOrder(
  containers: readonly Container[],
  statuses: ReadonlyMap<string, ContainerStatus>,
): readonly ContainerStatus[] {
  return containers.flatMap(({ name }) => statuses.get(name) ?? []);
}

function hostAddresses(view: PodView): { hostIP: string; hostIPs: { ip: string }[] } {
  const { address } = view.facts.node;
  return { hostIP: address, hostIPs: [{ ip: address }] };
}

/** A Pod that is ending keeps showing the address that it had; one that starts over has none. */
function keepsAddress(view: PodView): boolean {
  return view.pod.metadata?.deletionTimestamp !== undefined || view.facts.volumes.released;
}

function keptIP(view: PodView): string | undefined {
  return keepsAddress(view) ? view.pod.status?.podIP : undefined;
}

function keptIPs(view: PodView): PodStatus['podIPs'] {
  return keepsAddress(view) ? view.pod.status?.podIPs : undefined;
}

function ended(
  view: PodView,
  end: { readonly ending: Ending | undefined; readonly stopped: boolean },
  statuses: ReadonlyMap<string, ContainerStatus>,
): Pick<PodStatus, 'phase' | 'reason' | 'message'> {
  const phase = phaseOf(view, statuses);
  const { reason, message } = view.pod.status ?? {};
  if (end.ending === 'deadline') {
    return {
      phase: 'Failed',
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    };
  }
  if (end.ending === 'evicted') return { phase: 'Failed', reason: 'Evicted', message: view.facts.evicted };
  // A Pod that is gone has come to an end, whatever its restart policy would have had it do.
  if (end.ending === 'deleted' && end.stopped && (phase === 'Running' || phase === 'Pending')) {
    const failed = view.spec.containers.some(
      ({ name }) => statuses.get(name)?.state?.terminated?.exitCode !== 0,
    );
    return { phase: failed ? 'Failed' : 'Succeeded', reason, message };
  }
  return { phase, reason, message };
}
