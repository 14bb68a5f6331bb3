import type { AdmissionRequest } from '../../api/admission.js';
import type { KubeObject } from '../../api/kube-object.js';
import type { Registry } from '../registry/registry.js';
import { limitRanger } from './limit-range.js';
import { namespaceLifecycle } from './namespace-lifecycle.js';
import { podDefaults } from './pod-defaults.js';
import { podPriority } from './pod-priority.js';
import { priorityClass } from './priority-class.js';
import { serviceAccount } from './service-account.js';
import { claimResize, defaultStorageClass, storageProtection } from './storage.js';

/** A rule of the API server itself: looks at a write, and may change the object or refuse it. */
export interface BuiltIn {
  readonly name: string;
  matches(request: AdmissionRequest): boolean;
  /** The object as it goes on; undefined leaves it alone. */
  admit(
    registry: Registry,
    request: AdmissionRequest,
  ): KubeObject | undefined | Promise<KubeObject | undefined>;
}

/** All of them, in the order in which they run; hooks that are plugged in come after. */
export const builtInAdmission: readonly BuiltIn[] = [
  namespaceLifecycle,
  limitRanger,
  podDefaults,
  serviceAccount,
  podPriority,
  priorityClass,
  defaultStorageClass,
  storageProtection,
  claimResize,
];
