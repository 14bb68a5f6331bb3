import { ageOf } from '../duration.js';
import type {
  ComponentStatus,
  ConfigMap,
  Event,
  Namespace,
  Node,
  Secret,
  ServiceAccount,
} from '../generated/core-v1.js';
import type { Event as EventV1 } from '../generated/events-v1.js';
import { age, ageColumn, type KindPrinter, nameColumn, nameOf, none, text, wide } from './table.js';

const rolePrefix = 'node-role.kubernetes.io/';

function nodeStatus(node: Node): string {
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
  const word = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return node.spec?.unschedulable === true ? `${word},SchedulingDisabled` : word;
}

function nodeRoles(node: Node): string {
  const roles = Object.entries(node.metadata?.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith(rolePrefix) && key.length > rolePrefix.length) return [key.slice(rolePrefix.length)];
    return key === 'kubernetes.io/role' && value !== '' ? [value] : [];
  });
  return [...new Set(roles)].sort().join(',') || none;
}

function addressOf(node: Node, type: string): string {
  return node.status?.addresses?.find((address) => address.type === type)?.address ?? none;
}

/** How Nodes are printed. */
export const nodePrinter: KindPrinter<Node> = {
  columns: [
    nameColumn,
    text('Status', 'The status of the node'),
    text('Roles', 'The roles of the node'),
    ageColumn,
    text('Version', 'The version of the node agent.'),
    wide(text('Internal-IP', 'The address of the node within the cluster.')),
    wide(text('External-IP', 'The address of the node from outside.')),
    wide(text('OS-Image', 'The operating system.')),
    wide(text('Kernel-Version', 'The version of the kernel.')),
    wide(text('Container-Runtime', 'The container runtime and its version.')),
  ],
  cells: (node, now) => {
    const { nodeInfo } = node.status ?? {};
    return [
      nameOf(node),
      nodeStatus(node),
      nodeRoles(node),
      age(node, now),
      nodeInfo?.kubeletVersion ?? '',
      addressOf(node, 'InternalIP'),
      addressOf(node, 'ExternalIP'),
      nodeInfo?.osImage || '<unknown>',
      nodeInfo?.kernelVersion || '<unknown>',
      nodeInfo?.containerRuntimeVersion || '<unknown>',
    ];
  },
};

/** How Namespaces are printed. */
export const namespacePrinter: KindPrinter<Namespace> = {
  columns: [nameColumn, text('Status', 'The status of the namespace'), ageColumn],
  cells: (namespace, now) => [nameOf(namespace), namespace.status?.phase ?? '', age(namespace, now)],
};

/** How ConfigMaps are printed. */
export const configMapPrinter: KindPrinter<ConfigMap> = {
  columns: [nameColumn, text('Data', 'How many entries there are.'), ageColumn],
  cells: (config, now) => [
    nameOf(config),
    Object.keys(config.data ?? {}).length + Object.keys(config.binaryData ?? {}).length,
    age(config, now),
  ],
};

/** How Secrets are printed. */
export const secretPrinter: KindPrinter<Secret> = {
  columns: [
    nameColumn,
    text('Type', 'What the secret is for.'),
    text('Data', 'How many entries there are.'),
    ageColumn,
  ],
  cells: (secret, now) => [
    nameOf(secret),
    secret.type ?? '',
    Object.keys(secret.data ?? {}).length,
    age(secret, now),
  ],
};

/** How ComponentStatuses are printed. */
export const componentPrinter: KindPrinter<ComponentStatus> = {
  columns: [
    nameColumn,
    text('Status', 'Status of the component conditions'),
    text('Message', 'Message of the component conditions'),
    text('Error', 'Error of the component conditions'),
  ],
  cells: (component) => {
    const healthy = component.conditions?.find(({ type }) => type === 'Healthy');
    const word = healthy?.status === 'True' ? 'Healthy' : 'Unhealthy';
    return [nameOf(component), healthy ? word : 'Unknown', healthy?.message ?? '', healthy?.error ?? ''];
  },
};

/** How ServiceAccounts are printed. */
export const serviceAccountPrinter: KindPrinter<ServiceAccount> = {
  columns: [nameColumn, text('Secrets', 'How many secrets the account may use.'), ageColumn],
  cells: (account, now) => [nameOf(account), (account.secrets ?? []).length, age(account, now)],
};

function seen(
  event: Event,
  now: number,
): { readonly first: string; readonly last: string; readonly count: number } {
  const first = ageOf(event.firstTimestamp ?? event.eventTime, now);
  if (event.series) {
    return { first, last: ageOf(event.series.lastObservedTime, now), count: event.series.count ?? 0 };
  }
  return {
    first,
    last: event.lastTimestamp ? ageOf(event.lastTimestamp, now) : first,
    count: event.count || 1,
  };
}

function targetText({ involvedObject }: Event): string {
  const kind = (involvedObject?.kind ?? '').toLowerCase();
  return involvedObject?.name ? `${kind}/${involvedObject.name}` : kind;
}

function sourceText({ source, reportingComponent, reportingInstance }: Event): string {
  const component = source?.component || reportingComponent || '';
  const host = source?.component ? source.host : reportingInstance;
  return [component, host ?? ''].filter((part) => part !== '').join(', ');
}

/** How Events are printed. */
export const eventPrinter: KindPrinter<Event> = {
  columns: [
    text('Last Seen', 'When this happened last.'),
    text('Type', 'Normal or Warning.'),
    text('Reason', 'Why this happened, as one word.'),
    text('Object', 'What this happened to.'),
    wide(text('Subobject', 'The part of the object.')),
    wide(text('Source', 'Who reports it.')),
    text('Message', 'What happened, as a sentence.'),
    wide(text('First Seen', 'When this happened first.')),
    wide(text('Count', 'How often this happened.')),
    wide(nameColumn),
  ],
  cells: (event, now) => {
    const { first, last, count } = seen(event, now);
    return [
      last,
      event.type ?? '',
      event.reason ?? '',
      targetText(event),
      event.involvedObject?.fieldPath ?? '',
      sourceText(event),
      (event.message ?? '').trim(),
      first,
      count,
      nameOf(event),
    ];
  },
};

/** An Event of events.k8s.io says the same in other fields. */
function asCoreEvent(event: EventV1): Event {
  return {
    metadata: event.metadata ?? {},
    involvedObject: event.regarding ?? {},
    message: event.note,
    reason: event.reason,
    type: event.type,
    source: event.deprecatedSource,
    firstTimestamp: event.deprecatedFirstTimestamp,
    lastTimestamp: event.deprecatedLastTimestamp,
    count: event.deprecatedCount,
    eventTime: event.eventTime,
    series: event.series,
    reportingComponent: event.reportingController,
    reportingInstance: event.reportingInstance,
  };
}

/** How Events of events.k8s.io are printed. */
export const eventV1Printer: KindPrinter<EventV1> = {
  columns: eventPrinter.columns,
  cells: (event, now) => eventPrinter.cells(asCoreEvent(event), now),
};
