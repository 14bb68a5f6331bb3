import { recipeReferences } from './oci-layout.js';
import type { Recipe } from './recipe.js';
import { formatReference, parseReference } from './reference.js';

/** An image that may take the place of one that no registry supplies. */
export interface StandIn {
  /** Full form of the reference that was asked for. */
  readonly wanted: string;
  /** Name of the recipe. */
  readonly recipe: string;
  /** The image in the node, tag `latest`. */
  readonly reference: string;
  /** Of the recipe, for the user's eyes. */
  readonly description: string;
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

/** Whether a full reference fits a recipe's pattern; `*` stands for digits and dots, never for a flavour like `-alpine`. */
export function fitsPattern(reference: string, pattern: string): boolean {
  const expression = pattern.split('*').map(escapeRegExp).join('[0-9][0-9.]*');
  return new RegExp(`^${expression}$`).test(reference);
}

/**
 * The image that may stand in for a reference. One with a digest asks for exact bytes: nothing stands in for it.
 * Whether a stand-in may be used now is another question: see `classifyPullFailure`.
 */
export function findStandInAmong(reference: string, recipes: readonly Recipe[]): StandIn | undefined {
  const parsed = parseReference(reference);
  if (parsed.digest !== undefined) return undefined;
  const wanted = formatReference(parsed);
  const recipe = recipes.find(({ standsInFor }) =>
    standsInFor.some((pattern) => fitsPattern(wanted, pattern)),
  );
  if (recipe === undefined) return undefined;
  const [, latest] = recipeReferences(recipe.name, '');
  return { wanted, recipe: recipe.name, reference: latest, description: recipe.description };
}
