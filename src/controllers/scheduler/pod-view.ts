import type { Container, Pod, PodSpec } from '../../api/generated/core-v1.js';
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

type Wishes = Pick<PodView, 'requests' | 'assumed' | 'ports'>;

/** What was read from containers once; they do not change while their Pod gets a node, a status, a label. */
const read = new WeakMap<readonly Container[], { readonly spec: PodSpec; readonly wishes: Wishes }>();

/** Reads a Pod. */
export function viewOfPod(pod: Pod): PodView {
  return {
    key: podKey(pod),
    pod,
    priority: pod.spec?.priority ?? 0,
    ...wishesOf(pod),
    terms: termsOf(pod),
  };
}

function wishesOf(pod: Pod): Wishes {
  const { spec } = pod;
  const known = spec && read.get(spec.containers);
  if (known !== undefined && sameWishes(known.spec, spec)) return known.wishes;
  const wishes = { requests: podRequests(pod), assumed: assumedRequests(pod), ports: hostPortsOf(pod) };
  if (spec !== undefined) read.set(spec.containers, { spec, wishes });
  return wishes;
}

function sameWishes(a: PodSpec, b: PodSpec | undefined): boolean {
  return a.initContainers === b?.initContainers && a.resources === b?.resources && a.overhead === b?.overhead;
}
