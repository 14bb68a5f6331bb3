import type { Node } from '../generated/core-v1.js';
import { canonicalAmounts, change, fill } from './fill.js';

/** A Node's defaults: what is not set apart may be allocated. */
export function defaultNode(node: Node): Node {
  const filled = { ...node, spec: node.spec ?? {} };
  return change(filled, 'status', (status) => {
    const sized = change(change(status, 'capacity', canonicalAmounts), 'allocatable', canonicalAmounts);
    return sized.capacity ? fill(sized, { allocatable: sized.capacity }) : sized;
  });
}
