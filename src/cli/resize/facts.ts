import type { StatefulSet } from '../../api/generated/apps-v1.js';
import type { ConfigMap, PersistentVolumeClaim, Pod } from '../../api/generated/core-v1.js';
import type { StorageClass } from '../../api/generated/storage-v1.js';

/** All that a resize looks at. */
export interface ResizeFacts {
  readonly namespace: string;
  readonly name: string;
  readonly set: StatefulSet | undefined;
  /** What an earlier run remembered before it deleted the set. */
  readonly record: ConfigMap | undefined;
  /** The claims of the namespace. */
  readonly claims: readonly PersistentVolumeClaim[];
  readonly classes: readonly StorageClass[];
  /** Pods of the namespace that are named as the set names them. */
  readonly pods: readonly Pod[];
}

/** What the user wants: sizes by template, or templates from a file. */
export interface ResizeWish {
  readonly sizes: ReadonlyMap<string, string>;
  readonly templates?: readonly PersistentVolumeClaim[];
}

/** The name of the ConfigMap that remembers the new set. */
export function recordName(set: string): string {
  return `${set}-resize`;
}

/** The key of the new set in it. */
export const recordKey = 'statefulset.json';
