/** How strategic merge treats one field. */
export interface FieldStrategy {
  /** Lists only: elements are merged (by `mergeKey`, or as a set) instead of the list being replaced. */
  readonly merge: boolean;
  /** Maps only: the whole map is replaced. */
  readonly replace: boolean;
  /** A patch may say which keys of the map stay. */
  readonly retainKeys: boolean;
  readonly mergeKey?: string;
  /** The definition of the field's value, or of its elements. */
  readonly definition?: string;
}

/** Says how strategic merge treats a field of a definition; the one door to the schema data. */
export type StrategyLookup = (definition: string | undefined, field: string) => FieldStrategy;

/** What holds for a field that says nothing. */
export const plainField: FieldStrategy = { merge: false, replace: false, retainKeys: false };
