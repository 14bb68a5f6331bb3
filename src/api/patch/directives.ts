/** The directives of a strategic merge patch. */
export const directive = '$patch';
/** Lists the keys that a map keeps. */
export const retainKeys = '$retainKeys';
/** Prefix of the list of scalars to remove from a list. */
export const deleteFrom = '$deleteFromPrimitiveList/';
/** Prefix of the list that orders a list's elements. */
export const setOrder = '$setElementOrder/';

/** True for a key of a patch that is no field of the object. */
export function isDirective(key: string): boolean {
  return key === directive || key === retainKeys || key.startsWith(deleteFrom) || key.startsWith(setOrder);
}
