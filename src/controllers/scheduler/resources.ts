import type { Container, Node, Pod } from '../../api/generated/core-v1.js';
import { quantityToMilli } from '../../api/quantity.js';

/** Amounts by resource name, in thousandths of the resource's unit. */
export type Amounts = ReadonlyMap<string, number>;

function amountsOf(list: Readonly<Record<string, string>> | undefined): Map<string, number> {
  return new Map(Object.entries(list ?? {}).map(([name, quantity]) => [name, quantityToMilli(quantity)]));
}

function add(total: Map<string, number>, more: Amounts): void {
  for (const [name, amount] of more) total.set(name, (total.get(name) ?? 0) + amount);
}

function requestsOf(container: Container): Map<string, number> {
  return amountsOf(container.resources?.requests);
}

/** What a Pod asks for: its containers together, or its largest init container with the sidecars before it, if that is more. */
export function podRequests(pod: Pod): Amounts {
  const total = new Map<string, number>();
  for (const container of pod.spec?.containers ?? []) add(total, requestsOf(container));
  const sidecars = new Map<string, number>();
  const peaks: Amounts[] = [];
  for (const container of pod.spec?.initContainers ?? []) {
    const own = requestsOf(container);
    if (container.restartPolicy === 'Always') add(sidecars, own);
    else {
      add(own, sidecars);
      peaks.push(own);
    }
  }
  add(total, sidecars);
  for (const peak of peaks) {
    for (const [name, amount] of peak) total.set(name, Math.max(total.get(name) ?? 0, amount));
  }
  add(total, amountsOf(pod.spec?.overhead));
  return total;
}

/** The resources a node has too little of for a Pod, as Kubernetes names them in its message. */
export function shortages(pod: Pod, node: Node, placed: readonly Pod[]): readonly string[] {
  const allocatable = amountsOf(node.status?.allocatable);
  const used = new Map<string, number>();
  for (const other of placed) add(used, podRequests(other));
  const missing: string[] = [];
  if (placed.length * 1000 + 1000 > (allocatable.get('pods') ?? Number.POSITIVE_INFINITY))
    missing.push('Too many pods');
  for (const [name, amount] of podRequests(pod)) {
    const free = (allocatable.get(name) ?? 0) - (used.get(name) ?? 0);
    if (amount > 0 && amount > free) missing.push(`Insufficient ${name}`);
  }
  return missing;
}
