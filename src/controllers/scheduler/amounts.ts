import type { Container, Pod } from '../../api/generated/core-v1.js';
import { quantityToBytes, quantityToMilli } from '../../api/quantity.js';

/** Amounts by resource name: cpu in thousandths of a core, all else in whole units, rounded up, as the scheduler of Kubernetes counts. */
export type Amounts = ReadonlyMap<string, number>;

/** What a Pod without requests counts for when nodes are compared, so that such Pods spread as well. */
const assumedCpu = 100;
const assumedMemory = 200 * 1024 * 1024;

const remembered = new Map<string, number>();
const mostRemembered = 10_000;

/** One amount; the few texts that a cluster uses again and again are parsed once. */
function amountOf(name: string, quantity: string): number {
  const key = name === 'cpu' ? `m:${quantity}` : quantity;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const amount = name === 'cpu' ? quantityToMilli(quantity) : Number(quantityToBytes(quantity));
  if (remembered.size >= mostRemembered) remembered.clear();
  remembered.set(key, amount);
  return amount;
}

/** Reads a list of resources. */
export function amountsOf(list: Readonly<Record<string, string>> | undefined): Map<string, number> {
  return new Map(Object.entries(list ?? {}).map(([name, quantity]) => [name, amountOf(name, quantity)]));
}

/** Adds amounts to a running total; `times` -1 takes them away. */
export function addAmounts(total: Map<string, number>, more: Amounts, times = 1): void {
  for (const [name, amount] of more) total.set(name, (total.get(name) ?? 0) + times * amount);
}

/** What a Pod asks for: its containers together, or its largest init container with the sidecars before it, if that is more. */
export function podRequests(pod: Pod): Amounts {
  return sumOf(pod, (container) => amountsOf(container.resources?.requests));
}

/** The same with something assumed for containers that ask for no cpu or memory: what nodes are compared by. */
export function assumedRequests(pod: Pod): Amounts {
  return sumOf(pod, (container) => {
    const asked = amountsOf(container.resources?.requests);
    return new Map([
      ['cpu', asked.get('cpu') ?? assumedCpu],
      ['memory', asked.get('memory') ?? assumedMemory],
    ]);
  });
}

function sumOf(pod: Pod, requestsOf: (container: Container) => Map<string, number>): Amounts {
  const total = new Map<string, number>();
  for (const container of pod.spec?.containers ?? []) addAmounts(total, requestsOf(container));
  const sidecars = new Map<string, number>();
  const peaks: Amounts[] = [];
  for (const container of pod.spec?.initContainers ?? []) {
    const own = requestsOf(container);
    if (container.restartPolicy === 'Always') addAmounts(sidecars, own);
    else {
      addAmounts(own, sidecars);
      peaks.push(own);
    }
  }
  addAmounts(total, sidecars);
  for (const peak of peaks) {
    for (const [name, amount] of peak) total.set(name, Math.max(total.get(name) ?? 0, amount));
  }
  // Resources of the Pod as a whole stand in for the sum of its containers.
  for (const [name, amount] of amountsOf(pod.spec?.resources?.requests)) total.set(name, amount);
  addAmounts(total, amountsOf(pod.spec?.overhead));
  return total;
}
