import type { AdmissionHook, AdmissionRequest } from '../../api/admission.js';
import { isObject } from '../../api/deep.js';
import { type FieldError, fieldErrorText, forbidden } from '../../api/field-error.js';
import type { PodSpec } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import type { KubeObject } from '../../api/kube-object.js';
import { invalid } from '../../api/status-error.js';
import { unsupportedPodFields } from '../support/index.js';
import { fatePrefix } from './annotations.js';
import { simulatedRefusal } from './node-api.js';
import { fateErrors, nodeErrors } from './rules.js';

/** Where the template of a kind's Pods stands. */
const templatePaths: Readonly<Record<string, readonly string[]>> = {
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
  DaemonSet: ['spec', 'template'],
  Deployment: ['spec', 'template'],
  Job: ['spec', 'template'],
  PodTemplate: ['template'],
  ReplicaSet: ['spec', 'template'],
  ReplicationController: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
};

/** Tells whoever mistypes a rule: refuses Pods, templates and Nodes whose annotations a simulated node would not follow. */
export function fateHook(): AdmissionHook {
  return {
    name: 'simulated-fate',
    matches: ({ operation, kind, subresource }) =>
      operation !== 'DELETE' &&
      subresource === undefined &&
      (kind.kind === 'Pod' || kind.kind === 'Node' || templatePaths[kind.kind] !== undefined),
    admit: async ({ kind, name, object }) => {
      const errors = object === undefined ? [] : errorsOf(kind.kind, object);
      if (errors.length > 0) throw invalid(kind, name, errors);
      return {};
    },
  };
}

function errorsOf(kind: string, { metadata, ...object }: KubeObject): readonly FieldError[] {
  const annotations = metadata?.annotations ?? {};
  if (kind === 'Pod') return fateErrors(annotations, 'metadata.annotations');
  if (kind === 'Node') return nodeErrors(annotations, 'metadata.annotations');
  const path = templatePaths[kind] ?? [];
  const place = `${path.join('.')}.metadata.annotations`;
  const misplaced = Object.keys(annotations)
    .filter((key) => key.startsWith(fatePrefix))
    .map((key) => forbidden(`metadata.annotations[${key}]`, `it is for Pods: it belongs into ${place}`));
  return [...misplaced, ...fateErrors(annotationsAt(object, path), place)];
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => (isObject(inner) ? inner[name] : undefined), value);
}

function annotationsAt(object: unknown, path: readonly string[]): Readonly<Record<string, string>> {
  const found = valueAt(object, [...path, 'metadata', 'annotations']);
  if (!isObject(found)) return {};
  return Object.fromEntries(Object.entries(found).map(([key, value]) => [key, String(value)]));
}

/** Says of each Pod field what a node that runs containers would say; on paper it does no harm, and so it is only a warning. */
export function paperSupportHook(): AdmissionHook {
  return {
    name: 'simulated-support',
    matches: ({ operation, kind, subresource }) =>
      operation === 'CREATE' &&
      subresource === undefined &&
      (kind.kind === 'Pod' || templatePaths[kind.kind] !== undefined),
    admit: async ({ kind, object }) => {
      const path = kind.kind === 'Pod' ? [] : (templatePaths[kind.kind] ?? []);
      const spec = valueAt(object, [...path, 'spec']);
      const errors = isPodSpec(spec) ? unsupportedPodFields(spec) : [];
      return { warnings: errors.map((error) => warningOf(error, path)) };
    },
  };
}

function isPodSpec(value: unknown): value is PodSpec {
  return isObject(value) && Array.isArray(value['containers']);
}

function warningOf(error: FieldError, path: readonly string[]): string {
  return `no harm in a simulated cluster, but one with containers refuses it: ${[...path, fieldErrorText(error)].join('.')}`;
}

/** Refuses containers that are added to look into a Pod: there is nothing in it. */
export function noDebuggingHook(): AdmissionHook {
  return {
    name: 'simulated-debugging',
    matches: ({ kind, subresource }: AdmissionRequest) =>
      kind.kind === kinds.Pod.kind && subresource === 'ephemeralcontainers',
    admit: async ({ object = {} }) => {
      throw simulatedRefusal(object, 'no other can be added to look into it');
    },
  };
}
