import type { Pod } from '../../api/generated/core-v1.js';
import { type Amounts, assumedRequests, podRequests } from './amounts.js';
import { type HostPort, hostPortsOf } from './host-ports.js';
import { type PodTerms, termsOf } from './terms.js';

/** A Pod as the scheduler weighs it; everything that is read from its spec is read once. */
export interface PodView {
  /** `namespace/name`. */
  readonly key: string;
  readonly pod: Pod;
  readonly priority: number;
  readonly requests: Amounts;
  /** Requests with something assumed where a container asks for none. */
  readonly assumed: Amounts;
  readonly ports: readonly HostPort[];
  readonly terms: PodTerms;
}

/** `namespace/name` of a Pod. */
export function podKey({ metadata }: Pod): string {
  return `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
}

/** Reads a Pod. */
export function viewOfPod(pod: Pod): PodView {
  return {
    key: podKey(pod),
    pod,
    priority: pod.spec?.priority ?? 0,
    requests: podRequests(pod),
    assumed: assumedRequests(pod),
    ports: hostPortsOf(pod),
    terms: termsOf(pod),
  };
}
