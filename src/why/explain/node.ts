import type { Node } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import type { Link, Subject } from '../link.js';
import type { Reader } from '../reader.js';
import { missing, settled, taintText } from './common.js';

/** A Node, by its Ready condition and what keeps Pods away from it. */
export async function explainNode(about: Subject, reader: Reader): Promise<Link> {
  const node = await reader.get(kinds.Node, { name: about.name });
  if (node === undefined) return missing(about);
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status === 'True') return explainReady(about, node);
  const why = ready?.message ?? ready?.reason ?? 'it has not reported yet';
  return {
    about,
    settled: false,
    reason: 'NodeNotReady',
    message: `it is not ready: ${why}`,
    unblockedBy: `the node reports that it is ready; if it is gone for good, kubectl delete node ${about.name}: its Pods go with it`,
  };
}

function explainReady(about: Subject, { spec }: Node): Link {
  if (spec?.unschedulable === true) {
    const message = `it is ready, and cordoned: no new Pod goes there before kubectl uncordon ${about.name}`;
    return { ...settled(about, message), reason: 'NodeCordoned' };
  }
  const taints = (spec?.taints ?? []).filter(({ effect }) => effect !== 'PreferNoSchedule');
  if (taints.length === 0) return settled(about, 'it is ready');
  return settled(about, `it is ready, for Pods that tolerate ${taints.map(taintText).join(', ')}`);
}
