import type { StatefulSet } from '../../api/generated/apps-v1.js';
import type { ConfigMap, PersistentVolumeClaim } from '../../api/generated/core-v1.js';
import type { ResizeAction } from './actions.js';
import { planClaims } from './claims.js';
import { type ResizeFacts, type ResizeWish, recordKey, recordName } from './facts.js';
import { sameTemplates, sizeOf, templatesOf, wantedTemplates } from './templates.js';

/** What a resize does, in order. With `refusals` it does nothing at all. */
export interface ResizePlan {
  readonly actions: readonly ResizeAction[];
  readonly refusals: readonly string[];
  /** What the user ought to know besides. */
  readonly notes: readonly string[];
}

/** Decides the steps from how things stand, so that it can be run again whatever an earlier run has got done. */
export function planResize(facts: ResizeFacts, wish: ResizeWish): ResizePlan {
  const { set, record, name, namespace } = facts;
  const remembered = record === undefined ? undefined : rememberedSet(record);
  if (set === undefined || isGoing(set)) {
    if (record !== undefined && remembered !== undefined) return takeUp(facts, { record, next: remembered });
    const why =
      set === undefined
        ? `there is no StatefulSet ${name} in namespace ${namespace}`
        : `StatefulSet ${name} is being deleted`;
    return refused(why);
  }
  const { templates, refusals } = wantedTemplates(set, wish);
  if (refusals.length > 0) return refused(...refusals);
  const claims = planClaims(facts, templates);
  const forget: readonly ResizeAction[] = record === undefined ? [] : [{ type: 'forget', record }];
  if (sameTemplates(templates, templatesOf(set))) {
    return { actions: [...claims.actions, ...forget], refusals: claims.refusals, notes: [] };
  }
  return {
    actions: [...replacement(facts, set, templates, claims.actions)],
    refusals: [...troubleOf(set), ...claims.refusals],
    notes: notesOn(set, templates),
  };
}

function replacement(
  facts: ResizeFacts,
  set: StatefulSet,
  templates: readonly PersistentVolumeClaim[],
  growth: readonly ResizeAction[],
): readonly ResizeAction[] {
  const next = newSet(set, templates);
  const record = newRecord(facts, next);
  return [
    { type: 'record', record, replaces: facts.record },
    ...growth,
    { type: 'deleteSet', set },
    { type: 'createSet', set: next },
    { type: 'forget', record },
  ];
}

/** The set is gone, or about to be, and what was to come after it is known. */
function takeUp(
  facts: ResizeFacts,
  { record, next }: { readonly record: ConfigMap; readonly next: StatefulSet },
): ResizePlan {
  const claims = planClaims(facts, templatesOf(next));
  return {
    actions: [
      ...claims.actions,
      ...(facts.set === undefined ? [] : [{ type: 'awaitGone', set: facts.set } as const]),
      { type: 'createSet', set: next },
      { type: 'forget', record },
    ],
    refusals: claims.refusals,
    notes: ['an earlier run was interrupted: this one finishes it; run the command again for anything else'],
  };
}

function refused(...refusals: readonly string[]): ResizePlan {
  return { actions: [], refusals, notes: [] };
}

function isGoing(set: StatefulSet): boolean {
  return set.metadata?.deletionTimestamp !== undefined;
}

/** What makes it unsafe to make the set anew just now. */
function troubleOf({ metadata, spec, status }: StatefulSet): string[] {
  const finalizers = metadata?.finalizers ?? [];
  const refusals =
    finalizers.length === 0
      ? []
      : [`StatefulSet ${metadata?.name} would not go away: it has the finalizers ${finalizers.join(', ')}`];
  const rolls = (spec?.updateStrategy?.type ?? 'RollingUpdate') === 'RollingUpdate';
  if (rolls && status?.currentRevision !== status?.updateRevision) {
    const done = `${status?.updatedReplicas ?? 0} of ${spec?.replicas ?? 1} Pods are updated`;
    refusals.push(
      `StatefulSet ${metadata?.name} is in the middle of a rollout (${done}), which a new set would take for finished: let it end, or roll it back`,
    );
  }
  return refusals;
}

/** The set as it is created again: what the server added is left out, what users wrote stays. */
function newSet(set: StatefulSet, volumeClaimTemplates: readonly PersistentVolumeClaim[]): StatefulSet {
  const { name, namespace, labels, annotations, ownerReferences } = set.metadata ?? {};
  const { selector = {}, template = {}, ...rest } = set.spec ?? {};
  const bare = volumeClaimTemplates.map(({ status: _status, ...template }) => template);
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: {
      name,
      namespace,
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(ownerReferences && { ownerReferences }),
    },
    spec: { selector, template, ...rest, volumeClaimTemplates: bare },
  };
}

function newRecord({ namespace, name }: ResizeFacts, next: StatefulSet): ConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace, name: recordName(name), labels: { 'holdfast.dev/resize': 'statefulset' } },
    data: { [recordKey]: JSON.stringify(next) },
  };
}

function rememberedSet({ data }: ConfigMap): StatefulSet | undefined {
  const text = data?.[recordKey];
  return text === undefined ? undefined : JSON.parse(text);
}

function notesOn(set: StatefulSet, templates: readonly PersistentVolumeClaim[]): readonly string[] {
  const before = templatesOf(set);
  const changed = templates.filter((template, index) => {
    const old = before[index];
    return old !== undefined && !sameTemplates([withoutSize(template)], [withoutSize(old)]);
  });
  const other = changed.map(
    ({ metadata }) =>
      `what changes in claim template ${metadata?.name} besides its size holds for claims made from now on; those that are there keep theirs`,
  );
  return [
    ...other,
    'change the size in the manifest that the set comes from as well, or the next apply is refused',
  ];
}

function withoutSize(template: PersistentVolumeClaim): PersistentVolumeClaim {
  const { resources: _size, ...spec } = template.spec ?? {};
  return { ...template, spec };
}

/** One line for each template whose size changes. */
export function sizeLines(set: StatefulSet | undefined, actions: readonly ResizeAction[]): readonly string[] {
  const created = actions.find((action) => action.type === 'createSet');
  if (set === undefined || created === undefined) return [];
  return templatesOf(created.set).flatMap((template, index) => {
    const from = sizeOf(templatesOf(set)[index]);
    const to = sizeOf(template);
    return from === to ? [] : [`claim template ${template.metadata?.name}: ${from} -> ${to}`];
  });
}
