import type { KubeObject } from '../../src/api/kube-object.js';
import type { Kubectl } from './kubectl.js';

/** One change that the API server told, in its order: resourceVersions count up over all kinds. */
export interface Change<T extends KubeObject> {
  readonly type: string;
  readonly version: number;
  readonly object: T;
}

/** What happened to the objects of one collection since the recording began. */
export interface History<T extends KubeObject> extends AsyncDisposable {
  changes(): readonly Change<T>[];
  /** The resourceVersion of the first change that fits; undefined when there was none. */
  first(fits: (change: Change<T>) => boolean): number | undefined;
}

/** Records the watch of a collection (`/api/v1/namespaces/default/pods`) until it is disposed of. */
export function recordHistory<T extends KubeObject>(kubectl: Kubectl, path: string): History<T> {
  const watch = kubectl.start(['get', '--raw', `${path}?watch=true`]);
  const changes = (): readonly Change<T>[] =>
    // The last line may be on its way still.
    watch.stdout
      .split('\n')
      .slice(0, -1)
      .map(parsed<T>);
  return {
    changes,
    first: (fits) => changes().find(fits)?.version,
    [Symbol.asyncDispose]: () => watch[Symbol.asyncDispose](),
  };
}

function parsed<T extends KubeObject>(line: string): Change<T> {
  const { type, object }: { readonly type: string; readonly object: T } = JSON.parse(line);
  return { type, object, version: Number(object.metadata?.resourceVersion) };
}
