import { type FieldError, forbidden, invalidValue, notSupported, required } from '../field-error.js';
import type { PodTemplateSpec } from '../generated/core-v1.js';
import type { LabelSelector } from '../generated/meta-v1.js';
import { labelSelectorOf, matchesLabels } from '../selectors.js';
import { isEmptySelector, nonNegative, validateSelector } from './common.js';
import { validatePodTemplate } from './pod-spec.js';

/** A kind that keeps Pods of a template. */
export interface Replicated {
  /** How messages name the kind, in lower case. */
  readonly kind: string;
  /** The kind whose Pods these are in the end. */
  readonly owner: string;
  readonly selector: LabelSelector | undefined;
  readonly template: PodTemplateSpec | undefined;
  readonly replicas?: number;
}

/** Selector and template of a kind whose Pods always restart. */
export function validateReplicated({ kind, owner, selector, template, replicas }: Replicated): FieldError[] {
  const errors: FieldError[] = [];
  if (!selector) errors.push(required('spec.selector'));
  else {
    errors.push(...validateSelector('spec.selector', selector));
    if (isEmptySelector(selector)) {
      errors.push(invalidValue('spec.selector', selector, `empty selector is invalid for ${kind}`));
    }
  }
  if (!template) return [...errors, required('spec.template')];
  const labels = template.metadata?.labels;
  if (errors.length === 0 && !matchesLabels(labelSelectorOf(selector), labels)) {
    const message = '`selector` does not match template `labels`';
    errors.push(invalidValue('spec.template.metadata.labels', labels, message));
  }
  return [...errors, ...nonNegative('spec.replicas', replicas), ...validateTemplate(template, owner)];
}

/** The template of Pods that always restart and have no deadline. */
export function validateTemplate(template: PodTemplateSpec, owner: string): FieldError[] {
  return [...validatePodTemplate('spec.template', template), ...validateEndless(template, owner)];
}

/** That the Pods of a template always restart and have no deadline, whatever else is in it. */
export function validateEndless(template: PodTemplateSpec, owner: string): FieldError[] {
  const errors: FieldError[] = [];
  const { restartPolicy, activeDeadlineSeconds } = template.spec ?? {};
  if (restartPolicy !== undefined && restartPolicy !== 'Always') {
    errors.push(notSupported('spec.template.spec.restartPolicy', restartPolicy, ['Always']));
  }
  if (activeDeadlineSeconds !== undefined && activeDeadlineSeconds !== null) {
    const message = `activeDeadlineSeconds in ${owner} is not Supported`;
    errors.push(forbidden('spec.template.spec.activeDeadlineSeconds', message));
  }
  return errors;
}
