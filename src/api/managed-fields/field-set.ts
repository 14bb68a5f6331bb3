import { isObject } from '../deep.js';

/**
 * A set of paths into an object, in the form of meta/v1 FieldsV1: one level of keys for each step of a path. A node is
 * itself a path of the set when it is empty or has the key `.`; the root never is, so `{}` as a whole is the empty set.
 */
export interface FieldSet {
  readonly [element: string]: FieldSet;
}

/** The set without any path. */
export const emptySet: FieldSet = Object.freeze({});

const self = '.';
const leaf: FieldSet = emptySet;

/** A path: its elements from the root, each as FieldsV1 spells it. */
export type FieldPath = readonly string[];

/** Whether the node that stands below a root is a path of the set itself. */
function isMember(node: FieldSet): boolean {
  if (Object.hasOwn(node, self)) return true;
  for (const _ in node) return false;
  return true;
}

/** Builds a node from its own membership and what lies below; undefined when neither is anything. */
export function nodeOf(member: boolean, below: { [element: string]: FieldSet }): FieldSet | undefined {
  for (const _ in below) return member ? { [self]: leaf, ...below } : below;
  return member ? leaf : undefined;
}

/** What a combination keeps: paths of both, of the first alone, of the second alone. */
interface Rule {
  readonly both: boolean;
  readonly first: boolean;
  readonly second: boolean;
}

function combineBelow(a: FieldSet, b: FieldSet, rule: Rule): { [element: string]: FieldSet } {
  const below: { [element: string]: FieldSet } = {};
  for (const element of Object.keys(a)) {
    if (element === self) continue;
    const node = combineNodes(a[element], own(b, element), rule);
    if (node !== undefined) below[element] = node;
  }
  if (!rule.second) return below;
  for (const element of Object.keys(b)) {
    const node = b[element];
    if (element !== self && node !== undefined && !Object.hasOwn(a, element)) below[element] = node;
  }
  return below;
}

function combineNodes(a: FieldSet | undefined, b: FieldSet | undefined, rule: Rule): FieldSet | undefined {
  if (a === undefined) return rule.second ? b : undefined;
  if (b === undefined) return rule.first ? a : undefined;
  const inA = isMember(a);
  const inB = isMember(b);
  const member = inA ? (inB ? rule.both : rule.first) : inB && rule.second;
  return nodeOf(member, combineBelow(a, b, rule));
}

/** All paths of either set. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  return combineBelow(a, b, { both: true, first: true, second: true });
}

/** The paths that are in both sets. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  return combineBelow(a, b, { both: true, first: false, second: false });
}

/** The paths of `a` that are not in `b`; what lies below a path of `b` stays. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return combineBelow(a, b, { both: false, first: true, second: false });
}

/** Whether the set has no path. */
export function isEmptySet(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

function own(set: FieldSet, element: string): FieldSet | undefined {
  return Object.hasOwn(set, element) ? set[element] : undefined;
}

/** What the set says of one step: whether the step itself is a path of it, and the set of what lies below. */
export function stepInto(
  set: FieldSet,
  element: string,
): { readonly member: boolean; readonly below: FieldSet } {
  const node = own(set, element);
  return node === undefined ? { member: false, below: emptySet } : { member: isMember(node), below: node };
}

/** The elements of the first steps of all paths. */
export function elementsOf(set: FieldSet): readonly string[] {
  return Object.keys(set).filter((element) => element !== self);
}

/** Every path of the set. */
export function pathsOf(set: FieldSet): readonly FieldPath[] {
  return elementsOf(set).flatMap((element) => {
    const { member, below } = stepInto(set, element);
    const deeper = pathsOf(below).map((path) => [element, ...path]);
    return member ? [[element], ...deeper] : deeper;
  });
}

/** The set of these paths. */
export function setOf(paths: readonly FieldPath[]): FieldSet {
  return paths.map(setOfPath).reduce(union, emptySet);
}

function setOfPath(path: FieldPath): FieldSet {
  return path.reduceRight<FieldSet>((below, element) => ({ [element]: below }), emptySet);
}

const elementForm = /^(\.$|[fkvi]:)/;

/** Reads FieldsV1; undefined when a key in it is no path element. */
export function readSet(value: unknown): FieldSet | undefined {
  return isFieldSet(value) ? value : undefined;
}

function isFieldSet(value: unknown): value is FieldSet {
  return (
    isObject(value) &&
    Object.entries(value).every(([element, below]) => elementForm.test(element) && isFieldSet(below))
  );
}
