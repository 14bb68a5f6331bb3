import type { Scale } from '../../api/generated/autoscaling-v1.js';
import type { KubeObject, ObjectKey } from '../../api/kube-object.js';
import type { PatchRequest } from '../../api/resource-api.js';
import { applyScale, scaleOf, validateScale } from '../../api/scale.js';
import { invalid } from '../../api/status-error.js';
import { applied, configuration } from './apply.js';
import { decode } from './codec.js';
import { applyType, patched } from './patch.js';
import { getEntry } from './read.js';
import type { Registry, Write } from './registry.js';
import type { Resource } from './resources.js';
import { type Change, changeEntry } from './update.js';

/** An object whose replicas are read or written. */
export interface ScaleTarget {
  readonly resource: Resource;
  readonly key: ObjectKey;
}

/** Scale is not a kind of its own: nothing of it is stored. */
const scaleKind = { group: 'autoscaling', version: 'v1', kind: 'Scale', definition: 'autoscaling-v1.Scale' };

/** Reads how many replicas an object wants and has. */
export function getScale(registry: Registry, { resource, key }: ScaleTarget): Scale {
  return scaleOf(resource.kind, decode(getEntry(registry, resource, key)));
}

function checked(scale: Scale, name: string): Scale {
  const errors = validateScale(scale);
  if (errors.length > 0) throw invalid({ group: 'autoscaling', kind: 'Scale' }, name, errors);
  return scale;
}

async function putScale(write: Write, target: ScaleTarget, next: (current: Scale) => Scale): Promise<Scale> {
  const { kind } = target.resource;
  const change = (current: KubeObject): { object: KubeObject } => ({
    object: applyScale(current, checked(next(scaleOf(kind, current)), target.key.name)),
  });
  return changed(write, target, change);
}

async function changed(write: Write, target: ScaleTarget, change: Change): Promise<Scale> {
  const entry = await changeEntry(write, { ...target, part: undefined, via: 'scale' }, change);
  return scaleOf(target.resource.kind, decode(entry));
}

/** An apply to the scale is one to the replicas of the object behind it, and owned there. */
function applyToScale(write: Write, target: ScaleTarget, body: unknown): Promise<Scale> {
  const { kind } = target.resource;
  const config = configuration(write, scaleKind, body);
  return changed(write, target, (current) => {
    const scale = checked({ ...scaleOf(kind, current), ...config }, target.key.name);
    const { apiVersion, kind: said } = current;
    const replicas = { apiVersion, kind: said, spec: { replicas: scale.spec?.replicas ?? 0 } };
    return applied({ write, kind, subresource: 'scale' }, replicas, current);
  });
}

/** Replaces an object's scale. */
export function updateScale(write: Write, target: ScaleTarget, scale: KubeObject): Promise<Scale> {
  return putScale(write, target, () => scale);
}

/** Patches an object's scale. */
export function patchScale(write: Write, target: ScaleTarget, patch: PatchRequest): Promise<Scale> {
  if (patch.type === applyType) return applyToScale(write, target, patch.body);
  return putScale(write, target, (current) => patched(scaleKind, current, patch));
}
