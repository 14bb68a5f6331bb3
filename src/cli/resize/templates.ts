import { semanticEqual } from '../../api/deep.js';
import type { StatefulSet } from '../../api/generated/apps-v1.js';
import type { PersistentVolumeClaim } from '../../api/generated/core-v1.js';
import { compareQuantities, isQuantity } from '../../api/quantity.js';
import type { ResizeWish } from './facts.js';

/** The storage that a claim or a template asks for. */
export function sizeOf(claim: PersistentVolumeClaim | undefined): string {
  return claim?.spec?.resources?.requests?.['storage'] ?? '0';
}

/** The claim templates of a set. */
export function templatesOf(set: StatefulSet): readonly PersistentVolumeClaim[] {
  return set.spec?.volumeClaimTemplates ?? [];
}

/** The templates as they shall be, or what is wrong with the wish. */
export interface Wanted {
  readonly templates: readonly PersistentVolumeClaim[];
  readonly refusals: readonly string[];
}

/** Works the wish into the set's templates; sizes on the command line win over those of a file. */
export function wantedTemplates(set: StatefulSet, wish: ResizeWish): Wanted {
  const now = templatesOf(set);
  const names = now.map(({ metadata }) => metadata?.name ?? '');
  const base = wish.templates ?? now;
  const refusals = [...unknownNames(set, names, wish), ...badSizes(wish)];
  if (refusals.length > 0) return { templates: now, refusals };
  const templates = now.map((before) => {
    const name = before.metadata?.name ?? '';
    const given = base.find(({ metadata }) => metadata?.name === name) ?? before;
    const filled = given === before ? before : withKept(given, before);
    const size = wish.sizes.get(name);
    return size === undefined ? filled : withSize(filled, size);
  });
  return { templates, refusals: templates.flatMap((template, index) => shrinks(template, now[index])) };
}

function unknownNames(set: StatefulSet, names: readonly string[], wish: ResizeWish): string[] {
  const where = `StatefulSet ${set.metadata?.name}`;
  const has = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
  const asked = [...wish.sizes.keys()].filter((name) => !names.includes(name));
  const given = (wish.templates ?? []).map(({ metadata }) => metadata?.name ?? '');
  const added = given.filter((name) => !names.includes(name));
  const missing = wish.templates === undefined ? [] : names.filter((name) => !given.includes(name));
  return [
    ...asked.map((name) => `${where} has no claim template ${name}: ${has}`),
    ...added.map((name) => `claim template ${name} cannot be added: Pods that run would not have its volume`),
    ...missing.map((name) => `claim template ${name} cannot be removed: Pods that run use its volume`),
  ];
}

function badSizes({ sizes }: ResizeWish): string[] {
  return [...sizes]
    .filter(([, size]) => !isQuantity(size) || compareQuantities(size, '0') <= 0)
    .map(
      ([name, size]) =>
        `--template ${name}=${size}: ${JSON.stringify(size)} is no size; write 10Gi, 500Mi, ...`,
    );
}

function shrinks(template: PersistentVolumeClaim, before: PersistentVolumeClaim | undefined): string[] {
  const [to, from] = [sizeOf(template), sizeOf(before)];
  if (compareQuantities(to, from) >= 0) return [];
  return [`claim template ${template.metadata?.name} cannot shrink from ${from} to ${to}: volumes only grow`];
}

/** A file says what its writer cares about; what it leaves out stays. */
function withKept(given: PersistentVolumeClaim, before: PersistentVolumeClaim): PersistentVolumeClaim {
  const { apiVersion, kind, status, metadata, spec } = before;
  return {
    apiVersion,
    kind,
    metadata: { ...metadata, ...given.metadata },
    spec: { ...spec, ...given.spec },
    ...(status === undefined ? {} : { status }),
  };
}

function withSize(template: PersistentVolumeClaim, storage: string): PersistentVolumeClaim {
  const resources = template.spec?.resources;
  const requests = { ...resources?.requests, storage };
  return { ...template, spec: { ...template.spec, resources: { ...resources, requests } } };
}

/** Whether two lists of templates ask for the same. */
export function sameTemplates(
  a: readonly PersistentVolumeClaim[],
  b: readonly PersistentVolumeClaim[],
): boolean {
  const bare = (templates: readonly PersistentVolumeClaim[]): unknown =>
    templates.map(({ metadata, spec }) => ({ metadata, spec }));
  return semanticEqual(bare(a), bare(b));
}
