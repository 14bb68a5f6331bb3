import type { Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { formatQuantity } from '../../api/quantity.js';
import { Backlog } from '../../controllers/scheduler/backlog.js';
import type { SchedulerFacts } from '../../controllers/scheduler/facts.js';
import { refusalOf } from '../../controllers/scheduler/filters.js';
import { portsClash } from '../../controllers/scheduler/host-ports.js';
import type { NodeView } from '../../controllers/scheduler/node-view.js';
import { observe, openCaches, viewOfCaches } from '../../controllers/scheduler/observe.js';
import { planScheduling, type SchedulingPlan } from '../../controllers/scheduler/plan.js';
import { type Subject as Wish, subjectOf as wishOf } from '../../controllers/scheduler/subject.js';
import type { Refusal } from '../../controllers/scheduler/verdict.js';
import type { Subject } from '../link.js';
import type { Reader } from '../reader.js';
import { keyOfSubject } from './common.js';

/** What the scheduler would decide about a Pod now, and what keeps each node from it. */
export interface Placement {
  readonly plan: SchedulingPlan;
  /** `node-0: cpu 4 asked for, 1 of 2 free`, for the first few nodes whose refusal the plan has no way out of. */
  readonly details: readonly string[];
}

/** Nodes that are told of at most. */
const toldNodes = 5;

/** Runs the scheduler's own observe and plan over the same objects; undefined for a Pod that has a node or is gone. */
export async function placementOf(about: Subject, reader: Reader): Promise<Placement | undefined> {
  const caches = openCaches(reader.clientAcross(kinds.Pod, kinds.PodDisruptionBudget));
  await Promise.all(Object.values(caches).map((cache) => cache.synced));
  // Of all that may not be read, the nodes are what is named first.
  caches.nodes.list();
  const view = viewOfCaches(caches);
  const nowMs = (): number => reader.now.getTime();
  const observer = { caches, view, backlog: new Backlog(), nowMs, tieBreak: () => 0 };
  const facts = observe(observer, keyOfSubject(about));
  if (facts === undefined) return undefined;
  return { plan: planScheduling(facts, reader.now), details: detailsOf(facts) };
}

function detailsOf(facts: SchedulerFacts): readonly string[] {
  const wish = wishOf(facts);
  const found = facts.view.nodes.flatMap((node) => {
    const refusal = refusalOf(wish, node);
    if (refusal === undefined || refusal.unblockedBy !== undefined) return [];
    return [`${node.name}: ${detailOf(wish, node, refusal)}`];
  });
  return found.length > toldNodes
    ? [...found.slice(0, toldNodes), `${found.length - toldNodes} more`]
    : found;
}

function detailOf(wish: Wish, node: NodeView, { rule, reasons }: Refusal): string {
  const found =
    (rule === 'NodeResourcesFit' && roomOn(wish, node)) ||
    (rule === 'NodePorts' && portOn(wish, node)) ||
    (rule === 'NodeAffinity' && labelOf(wish.pod, node));
  return found || reasons.join(', ').replace(/^node\(s\) /, '');
}

function roomOn({ requests }: Wish, { allocatable, requested, pods }: NodeView): string {
  const texts = [...requests].flatMap(([name, amount]) => {
    const whole = allocatable.get(name) ?? 0;
    const free = whole - (requested.get(name) ?? 0);
    if (amount <= 0 || amount <= free) return [];
    return [`${name} ${text(name, amount)} asked for, ${text(name, free)} of ${text(name, whole)} free`];
  });
  const most = allocatable.get('pods');
  if (most !== undefined && pods.size + 1 > most) texts.push(`has ${pods.size} Pods and takes ${most}`);
  return texts.join(', ');
}

/** Amounts of CPU are in thousandths of a core; bytes are told to the mebibyte, as no node has a round number of them. */
function text(resource: string, amount: number): string {
  if (resource === 'cpu') return formatQuantity(`${amount}m`);
  const isBytes =
    resource === 'memory' || resource === 'ephemeral-storage' || resource.startsWith('hugepages-');
  return isBytes && amount >= 2 ** 20 ? formatQuantity(`${Math.floor(amount / 2 ** 20)}Mi`) : String(amount);
}

function portOn({ ports }: Wish, { pods }: NodeView): string | undefined {
  for (const other of pods.values()) {
    const taken = other.ports.find((theirs) => ports.some((ours) => portsClash(theirs, ours)));
    if (taken !== undefined) return `its port ${taken.port}/${taken.protocol} is taken by Pod ${other.key}`;
  }
  return undefined;
}

function labelOf({ spec }: Pod, { labels }: NodeView): string | undefined {
  const missing = Object.entries(spec?.nodeSelector ?? {}).filter(([key, value]) => labels[key] !== value);
  const texts = missing.map(([key, value]) => `${key}=${value}`);
  return texts.length === 0 ? undefined : `has not the label ${texts.join(', ')}`;
}
