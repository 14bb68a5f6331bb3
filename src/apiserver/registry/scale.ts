import type { Scale } from '../../api/generated/autoscaling-v1.js';
import type { KubeObject, ObjectKey } from '../../api/kube-object.js';
import type { PatchRequest } from '../../api/resource-api.js';
import { applyScale, scaleOf, validateScale } from '../../api/scale.js';
import { invalid } from '../../api/status-error.js';
import { decode } from './codec.js';
import { patched } from './patch.js';
import { getEntry } from './read.js';
import type { Registry, Write } from './registry.js';
import type { Resource } from './resources.js';
import { changeEntry } from './update.js';

/** An object whose replicas are read or written. */
export interface ScaleTarget {
  readonly resource: Resource;
  readonly key: ObjectKey;
}

/** Scale is not a kind of its own: nothing of it is stored. */
const scaleDefinition = { definition: 'autoscaling-v1.Scale' };

/** Reads how many replicas an object wants and has. */
export function getScale(registry: Registry, { resource, key }: ScaleTarget): Scale {
  return scaleOf(resource.kind, decode(getEntry(registry, resource, key)));
}

async function putScale(write: Write, target: ScaleTarget, next: (current: Scale) => Scale): Promise<Scale> {
  const { kind } = target.resource;
  const change = (current: KubeObject): KubeObject => {
    const scale = next(scaleOf(kind, current));
    const errors = validateScale(scale);
    if (errors.length > 0) throw invalid({ group: 'autoscaling', kind: 'Scale' }, target.key.name, errors);
    return applyScale(current, scale);
  };
  const entry = await changeEntry(write, { ...target, part: undefined }, change);
  return scaleOf(kind, decode(entry));
}

/** Replaces an object's scale. */
export function updateScale(write: Write, target: ScaleTarget, scale: KubeObject): Promise<Scale> {
  return putScale(write, target, () => scale);
}

/** Patches an object's scale. */
export function patchScale(write: Write, target: ScaleTarget, patch: PatchRequest): Promise<Scale> {
  return putScale(write, target, (current) => patched(scaleDefinition, current, patch));
}
