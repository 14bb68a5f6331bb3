import type { Directory } from './directory.js';
import { leftOut, modules } from './groups.js';
import type { Model } from './models.js';
import { specialPlaces } from './overlay.js';

/** Where a model class belongs: the module's id and the type's name there. */
export interface Place {
  readonly module: string;
  readonly name: string;
}

interface Inputs {
  readonly models: ReadonlyMap<string, Model>;
  readonly directory: Directory;
  readonly apiRoots: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * Finds each class's group: by its prefix, by the older description, by the API class that uses it, and at
 * last by the one group whose types refer to it.
 */
export function placeModels(inputs: Inputs): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>(Object.entries(specialPlaces));
  for (const className of inputs.models.keys()) {
    const place = placeByName(className, inputs.directory);
    if (place !== undefined) places.set(className, place);
  }
  placeByApi(inputs, places);
  placeByReferrer(inputs.models, places);
  const kept = [...places].filter(([, place]) => modules.some((module) => module.id === place.module));
  const keys = kept.map(([, place]) => `${place.module}.${place.name}`);
  const twice = keys.filter((key, index) => keys.indexOf(key) !== index);
  if (twice.length > 0) throw new Error(`Two classes claim the same name: ${twice.join(', ')}`);
  return new Map(kept);
}

function placeByName(className: string, directory: Directory): Place | undefined {
  const parts = /^([A-Z][a-z]+)?(V\d)([A-Z]\w*)$/.exec(className);
  if (parts === null) return undefined;
  const [, prefix, version = '', name = ''] = parts;
  if (prefix !== undefined) return { module: `${prefix.toLowerCase()}-${version.toLowerCase()}`, name };
  const candidates = modules.filter(
    (m) => m.version === version.toLowerCase() && `${m.prefix}.${name}` in directory,
  );
  const [only] = candidates;
  return candidates.length === 1 && only !== undefined ? { module: only.id, name } : undefined;
}

function placeByApi({ models, apiRoots }: Inputs, places: Map<string, Place>): void {
  const groups = [...modules.map((module) => module.id), ...leftOut.map((group) => `${group}-v1`)];
  for (const [api, classes] of apiRoots) {
    const module = groups.find((id) => id === api || api === apiFileOf(id));
    if (module === undefined) continue;
    for (const className of classes) {
      if (!places.has(className) && models.has(className))
        places.set(className, { module, name: plainName(className) });
    }
  }
}

/** API classes are named by the whole group: `RbacAuthorizationV1Api`, `FlowcontrolApiserverV1Api`. */
function apiFileOf(id: string): string {
  const [name, version] = id.split('-');
  return name === 'rbac'
    ? `rbacauthorization-${version}`
    : name === 'flowcontrol'
      ? `flowcontrolapiserver-${version}`
      : id;
}

function placeByReferrer(models: ReadonlyMap<string, Model>, places: Map<string, Place>): void {
  let found = true;
  while (found) {
    found = false;
    for (const [className, place] of [...places]) {
      for (const field of models.get(className)?.fields ?? []) {
        const target = classOf(field.type);
        if (places.has(target) || !models.has(target)) continue;
        places.set(target, { module: place.module, name: plainName(target) });
        found = true;
      }
    }
  }
}

/** The class that a type expression is made of: `Array<V1Pod>` and `{ [key: string]: V1Pod; }` give `V1Pod`. */
export function classOf(type: string): string {
  return /(?:<|: )([\w]+)(?:>|;)/.exec(type)?.[1] ?? type;
}

function plainName(className: string): string {
  return className.replace(/^([A-Z][a-z]+)?V\d/, '');
}
