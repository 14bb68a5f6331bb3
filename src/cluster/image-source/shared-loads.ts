/** Loads the image of a recipe and tells how its build goes, when there is one to build; resolves with the image's references, its version first. */
export type LoadRecipe = (
  recipe: string,
  options: { readonly signal: AbortSignal; readonly onProgress: (line: string) => void },
) => Promise<readonly string[]>;

interface RunningLoad {
  readonly references: Promise<readonly string[]>;
  readonly listeners: Set<(line: string) => void>;
}

/** Several Pods that want an image at once wait for one build, and each is told of it; it goes on when one of them is deleted. */
export function shareLoads(
  load: LoadRecipe,
): (recipe: string, onProgress: (line: string) => void) => Promise<readonly string[]> {
  const running = new Map<string, RunningLoad>();
  const begin = (recipe: string): RunningLoad => {
    const listeners: RunningLoad['listeners'] = new Set();
    const onProgress = (line: string): void => {
      for (const listener of listeners) listener(line);
    };
    const { signal } = new AbortController();
    const begun = {
      listeners,
      references: load(recipe, { signal, onProgress }).finally(() => running.delete(recipe)),
    };
    running.set(recipe, begun);
    return begun;
  };
  return (recipe, onProgress) => {
    const { references, listeners } = running.get(recipe) ?? begin(recipe);
    listeners.add(onProgress);
    return references;
  };
}
