import type { KindRef, KubeObject, ObjectKey } from './kube-object.js';

/** Who asks, as authentication found out. */
export interface UserInfo {
  readonly name: string;
  readonly groups: readonly string[];
  readonly uid?: string;
  /** What else is known of the credentials, by name. */
  readonly extra?: { readonly [key: string]: readonly string[] };
}

/** `fieldValidation` of the Kubernetes API: what becomes of unknown and duplicate fields. */
export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

/** Options that every write takes (meta/v1 CreateOptions, UpdateOptions, PatchOptions). */
export interface WriteOptions {
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
  readonly fieldValidation?: FieldValidation;
  /** Server-side apply only: take over fields that others own. */
  readonly force?: boolean;
  /** Receives each warning that kubectl would print. */
  readonly onWarning?: (message: string) => void;
}

/** meta/v1 DeleteOptions. `gracePeriodSeconds` in seconds. */
export interface DeleteOptions extends WriteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

/** meta/v1 ListOptions, the part that selects. `continue` is opaque. */
export interface ListOptions {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan';
}

/** meta/v1 ListOptions for a watch. */
export interface WatchOptions {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly resourceVersion?: string;
  /** Goes with `sendInitialEvents`, and only so. */
  readonly resourceVersionMatch?: 'NotOlderThan';
  readonly allowWatchBookmarks?: boolean;
  readonly sendInitialEvents?: boolean;
}

/** A page of objects and the revision that it shows. */
export interface ObjectList<T extends KubeObject = KubeObject> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** One watch event; BOOKMARK objects carry nothing but `metadata.resourceVersion` (and the initial-events-end annotation). */
export interface WatchEvent<T extends KubeObject = KubeObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: T;
}

/** A running watch. Events arrive in revision order; `closed` settles when it ends and rejects with a StatusError (410 when too old). */
export interface Watch {
  stop(): void;
  readonly closed: Promise<void>;
}

/** The patch content types of the Kubernetes API. */
export type PatchType =
  | 'application/json-patch+json'
  | 'application/merge-patch+json'
  | 'application/strategic-merge-patch+json'
  | 'application/apply-patch+yaml';

/** Subresources that read or write an object. */
export type Subresource =
  | 'status'
  | 'scale'
  | 'binding'
  | 'eviction'
  | 'ephemeralcontainers'
  | 'resize'
  | 'token'
  | 'finalize';

/**
 * The Kubernetes API as calls: what the API server offers in process, and what the HTTPS client offers too.
 * Every failure is a `StatusError` with the Kubernetes reason. Objects that come back are frozen and shared.
 * `namespace` undefined in list, watch and deleteCollection means all namespaces.
 */
export interface ResourceApi {
  get<T extends KubeObject>(kind: KindRef<T>, key: ObjectKey, subresource?: Subresource): Promise<T>;
  list<T extends KubeObject>(
    kind: KindRef<T>,
    namespace: string | undefined,
    options?: ListOptions,
  ): Promise<ObjectList<T>>;
  create<T extends KubeObject>(kind: KindRef<T>, object: T, options?: WriteOptions): Promise<T>;
  /** POST to a subresource of an object (binding, eviction, token). */
  createSub(
    kind: KindRef,
    key: ObjectKey,
    subresource: Subresource,
    body: KubeObject,
    options?: WriteOptions,
  ): Promise<KubeObject>;
  update<T extends KubeObject>(kind: KindRef<T>, object: T, options?: WriteOptions): Promise<T>;
  /** PUT of a subresource; for 'status' the body is the whole object. */
  updateSub<T extends KubeObject>(
    kind: KindRef<T>,
    object: T,
    subresource: Subresource,
    options?: WriteOptions,
  ): Promise<T>;
  patch<T extends KubeObject>(
    kind: KindRef<T>,
    key: ObjectKey,
    patch: PatchRequest,
    options?: WriteOptions,
  ): Promise<T>;
  /** Resolves with the object as it stands now: gone, or still terminating behind a finalizer or a grace period. */
  delete<T extends KubeObject>(kind: KindRef<T>, key: ObjectKey, options?: DeleteOptions): Promise<T>;
  deleteCollection(
    kind: KindRef,
    namespace: string | undefined,
    list?: ListOptions,
    options?: DeleteOptions,
  ): Promise<void>;
  watch<T extends KubeObject>(
    kind: KindRef<T>,
    namespace: string | undefined,
    options: WatchOptions,
    listener: (event: WatchEvent<T>) => void,
  ): Watch;
}

/** A patch and where it applies. `body` is parsed JSON (a JSON patch is an array). */
export interface PatchRequest {
  readonly type: PatchType;
  readonly body: unknown;
  readonly subresource?: Subresource;
  /** Fields that stand twice in the text of the patch, where it had one. */
  readonly duplicates?: readonly string[];
}

/** Gives the API as one caller sees it; authorization applies to it as over HTTPS. */
export interface LocalApi {
  as(user: UserInfo): ResourceApi;
}
