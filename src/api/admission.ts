import type { KindRef, KubeObject } from './kube-object.js';
import type { UserInfo } from './resource-api.js';

/** A write on its way in. `object` is undefined for DELETE, `oldObject` for CREATE. */
export interface AdmissionRequest {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly kind: KindRef;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly object: KubeObject | undefined;
  readonly oldObject: KubeObject | undefined;
  readonly user: UserInfo;
  readonly dryRun: boolean;
  readonly subresource: string | undefined;
}

/** What a hook answers: a changed object, warnings, or nothing. */
export interface AdmissionAnswer {
  readonly object?: KubeObject;
  readonly warnings?: readonly string[];
}

/** Looks at a write before it is validated and stored; refuses it by throwing a StatusError. */
export interface AdmissionHook {
  readonly name: string;
  /** Kinds it wants to see; asked before `admit`, so that other writes cost nothing. */
  matches(request: AdmissionRequest): boolean;
  admit(request: AdmissionRequest): Promise<AdmissionAnswer>;
}
