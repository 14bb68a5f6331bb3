import { unwritableWhy } from '../../api/kinds/unserved.js';
import { kinds } from '../../api/kinds.js';
import type { KubeObject, ObjectKey } from '../../api/kube-object.js';
import type { DeleteOptions, ListOptions, PatchRequest, Subresource } from '../../api/resource-api.js';
import {
  conflict,
  isAlreadyExists,
  isNotFound,
  methodNotSupported,
  notImplemented,
} from '../../api/status-error.js';
import { verbRulesOf } from '../../api/verb-rules.js';
import type { Entry } from '../../store/store.js';
import { answerReview } from '../auth/reviews.js';
import { requestToken } from '../tokens/token-request.js';
import { applied, configuration } from './apply.js';
import { bindPod } from './binding.js';
import { decode, unstored } from './codec.js';
import { createEntry } from './create.js';
import { type Deletion, deleteEntry } from './delete.js';
import { evictPod } from './eviction.js';
import { applyType, patchChange } from './patch.js';
import { type EntryList, getEntry, listEntries, served } from './read.js';
import type { Registry, Write } from './registry.js';
import { keyOf, type Resource } from './resources.js';
import { getScale, patchScale, updateScale } from './scale.js';
import { type Change, changeEntry, type Part } from './update.js';
import { checkAbsent, uidMismatch } from './write-checks.js';

/** One object of a resource. */
export interface Target {
  readonly resource: Resource;
  readonly key: ObjectKey;
}

/** The resource under which the objects lie, and the way to and from its form. */
function storedForm(resource: Resource): {
  stored: Resource;
  toStored(o: KubeObject): KubeObject;
  fromStored(o: KubeObject): KubeObject;
} {
  const { conversion, storedAs } = resource;
  if (conversion === undefined || storedAs === undefined) {
    return { stored: resource, toStored: (object) => object, fromStored: (object) => object };
  }
  return { stored: storedAs, toStored: conversion.toStored, fromStored: conversion.fromStored };
}

function requireSubresource(
  resource: Resource,
  name: Subresource,
  verb: 'get' | 'update' | 'patch' | 'create',
): void {
  const row = resource.kind.subresources.find((sub) => sub.name === name);
  if (row === undefined || !row.verbs.includes(verb)) throw methodNotSupported(resource.kind, verb);
  const why = verb === 'get' ? undefined : unwritableWhy(resource.kind, name);
  if (why !== undefined) throw notImplemented(why);
}

function partOf(subresource: Subresource | undefined): Part {
  return subresource === 'status' || subresource === 'finalize' || subresource === 'ephemeralcontainers'
    ? subresource
    : undefined;
}

/** Reads an object, or what a subresource shows of it. */
export function getObject(registry: Registry, target: Target, subresource: Subresource | undefined): Entry {
  const { resource, key } = target;
  if (subresource !== undefined) requireSubresource(resource, subresource, 'get');
  if (subresource !== 'scale') return getEntry(registry, resource, key);
  return unstored('', getScale(registry, target));
}

/** Questions are answered and not kept; a Binding is the older way to the subresource of its Pod. */
async function createUnstored(write: Write, resource: Resource, object: KubeObject): Promise<Entry> {
  const { kind } = resource;
  const why = unwritableWhy(kind);
  if (why !== undefined) throw notImplemented(why);
  if (kind.kind !== 'Binding') {
    const { authorizer, tokens } = write.registry;
    return unstored('', answerReview(kind, object, { user: write.user, authorizer, tokens }));
  }
  const { namespace, name = '' } = object.metadata ?? {};
  const pods = write.registry.resources.find(kinds.Pod);
  if (pods === undefined) throw methodNotSupported(kind, 'create');
  return bindPod(write, { resource: pods, key: { namespace, name } }, object);
}

/** Creates an object. */
export async function createObject(write: Write, resource: Resource, object: KubeObject): Promise<Entry> {
  if (!resource.kind.stored) return createUnstored(write, resource, object);
  const { stored, toStored } = storedForm(resource);
  const body = stored === resource ? object : { ...toStored(object), kind: stored.kind.kind };
  return served(resource, await createEntry(write, { resource: stored, object: body }));
}

async function change(write: Write, target: Target & { part: Part }, how: Change): Promise<Entry> {
  const { stored, toStored, fromStored } = storedForm(target.resource);
  const inStored: Change = async (current) => {
    const { object, ...rest } = await how(fromStored(current));
    return { object: toStored(object), ...rest };
  };
  const inner = stored === target.resource ? how : inStored;
  return served(target.resource, await changeEntry(write, { ...target, resource: stored }, inner));
}

/** Replaces an object, or what a subresource shows of it. */
export async function updateObject(
  write: Write,
  target: Target & { readonly subresource: Subresource | undefined },
  object: KubeObject,
): Promise<Entry> {
  const { resource, key, subresource } = target;
  if (subresource !== undefined) requireSubresource(resource, subresource, 'update');
  if (subresource === 'scale') return unstored('', await updateScale(write, target, object));
  return change(write, { resource, key, part: partOf(subresource) }, () => ({ object }));
}

/** The version that a write left, and whether there was none before. */
export interface Written {
  readonly entry: Entry;
  readonly created: boolean;
}

/** Updates an object, or creates it where the kind allows that by an update. */
export async function putObject(
  write: Write,
  target: Target & { readonly subresource: Subresource | undefined },
  object: KubeObject,
): Promise<Written> {
  const { resource, key, subresource } = target;
  const { stored } = storedForm(resource);
  const creates = subresource === undefined && verbRulesOf(resource.kind).updateCreates === true;
  const isThere = write.registry.store.get(keyOf(stored, key.namespace, key.name)) !== undefined;
  if (!creates || isThere) return { entry: await updateObject(write, target, object), created: false };
  const { uid, resourceVersion: _gone, ...metadata } = object.metadata ?? {};
  if (uid) throw conflict(resource.kind, key.name, uidMismatch(uid, undefined));
  return { entry: await createObject(write, resource, { ...object, metadata }), created: true };
}

/** Patches an object, or what a subresource shows of it; server-side apply creates the object when it is not there. */
export async function patchObject(write: Write, target: Target, patch: PatchRequest): Promise<Written> {
  const { resource, key } = target;
  const { subresource } = patch;
  if (subresource !== undefined) requireSubresource(resource, subresource, 'patch');
  if (subresource === 'scale') {
    return { entry: unstored('', await patchScale(write, target, patch)), created: false };
  }
  const how = patchChange(write, resource.kind, patch);
  const creates = patch.type === applyType && subresource === undefined;
  for (;;) {
    try {
      const entry = await change(write, { resource, key, part: partOf(subresource) }, how);
      return { entry, created: false };
    } catch (error) {
      if (!creates || !isNotFound(error)) throw error;
    }
    try {
      return { entry: await createApplied(write, target, patch.body), created: true };
    } catch (error) {
      // Somebody else was faster: what is applied is applied to theirs.
      if (!isAlreadyExists(error)) throw error;
    }
  }
}

async function createApplied(write: Write, { resource, key }: Target, body: unknown): Promise<Entry> {
  const { kind } = resource;
  const { authorizer } = write.registry;
  authorizer.check(write.user, { verb: 'create', kind, namespace: key.namespace });
  const { stored, toStored } = storedForm(resource);
  const how = { write, kind, subresource: undefined };
  const { object, owners } = applied(how, configuration(write, kind, body), undefined);
  checkAbsent(kind, object, key);
  const whole = { ...object, metadata: { ...object.metadata, ...key } };
  return served(resource, await createEntry(write, { resource: stored, object: toStored(whole), owners }));
}

/** Deletes an object. */
export async function deleteObject(write: Write, target: Target, options: DeleteOptions): Promise<Deletion> {
  const { resource, key } = target;
  const { stored } = storedForm(resource);
  const { entry, gone } = await deleteEntry(write, { resource: stored, key }, options);
  return { entry: served(resource, entry), gone };
}

/** Deletes the objects that are selected, all or a page of them; those that went meanwhile do not matter. */
export async function deleteSelected(
  write: Write,
  {
    resource,
    namespace,
    list,
  }: { readonly resource: Resource; readonly namespace: string | undefined; readonly list: ListOptions },
  options: DeleteOptions,
): Promise<EntryList> {
  const selected = listEntries(write.registry, { resource, namespace }, list);
  const one = async (entry: Entry): Promise<void> => {
    const { namespace: own, name = '' } = decode(entry).metadata ?? {};
    try {
      await deleteObject(write, { resource, key: { namespace: own, name } }, options);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  };
  await Promise.all(selected.entries.map(one));
  return selected;
}

/** POST to a subresource. */
export async function createSubresource(
  write: Write,
  target: Target & { readonly subresource: Subresource },
  body: KubeObject,
): Promise<Entry> {
  const { resource, subresource } = target;
  requireSubresource(resource, subresource, 'create');
  if (subresource === 'binding') return bindPod(write, target, body);
  if (subresource === 'eviction') return (await evictPod(write, target, body)).entry;
  if (subresource === 'token') return requestToken(write, target.key, body);
  throw methodNotSupported(resource.kind, 'create');
}
