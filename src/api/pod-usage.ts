import type { Container, Pod } from './generated/core-v1.js';
import { addQuantities, compareQuantities, formatQuantity } from './quantity.js';

/** Quantities by the name of their resource. */
export type Amounts = Readonly<Record<string, string>>;

/** What is asked for and allowed, of a container, a Pod or a claim. */
export interface Usage {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

type AmountsOf = (container: Container) => Amounts;

function combine(a: Amounts, b: Amounts, both: (x: string, y: string) => string): Amounts {
  const more = Object.entries(b).map(([name, amount]): [string, string] => {
    const other = a[name];
    return [name, other === undefined ? amount : both(other, amount)];
  });
  return { ...a, ...Object.fromEntries(more) };
}

const sum = (a: Amounts, b: Amounts): Amounts => combine(a, b, (x, y) => formatQuantity(addQuantities(x, y)));

const greatest = (a: Amounts, b: Amounts): Amounts =>
  combine(a, b, (x, y) => (compareQuantities(x, y) < 0 ? y : x));

/** The containers and sidecars together, or an init container with the sidecars before it, if that is more. */
function total({ spec }: Pod, amountsOf: AmountsOf): Amounts {
  let sidecars: Amounts = {};
  let peak: Amounts = {};
  for (const container of spec?.initContainers ?? []) {
    const own = amountsOf(container);
    if (container.restartPolicy === 'Always') sidecars = sum(sidecars, own);
    peak = greatest(peak, container.restartPolicy === 'Always' ? sidecars : sum(own, sidecars));
  }
  return greatest((spec?.containers ?? []).map(amountsOf).reduce(sum, sidecars), peak);
}

/** What a Pod asks for and is allowed as a whole, in quantities. */
export function podUsage(pod: Pod): Usage {
  return {
    requests: total(pod, ({ resources }) => resources?.requests ?? {}),
    limits: total(pod, ({ resources }) => resources?.limits ?? {}),
  };
}
