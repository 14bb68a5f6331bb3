import { fieldMatcher } from '../../api/field-selectors.js';
import type { KubeObject } from '../../api/kube-object.js';
import { matchesLabels, parseLabelSelector, SelectorError } from '../../api/selectors.js';
import { badRequest } from '../../api/status-error.js';
import type { Resource } from './resources.js';

/** Decides whether an object is among those asked for. */
export type Selection = (object: KubeObject) => boolean;

interface Selectors {
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

function labelsPart(text: string): Selection {
  try {
    const selector = parseLabelSelector(text);
    return (object) => matchesLabels(selector, object.metadata?.labels);
  } catch (error) {
    if (error instanceof SelectorError) throw badRequest(error.message, error);
    throw error;
  }
}

/** Both selectors as one test; undefined when everything is asked for. */
export function selectionOf(resource: Pick<Resource, 'kind'>, selectors: Selectors): Selection | undefined {
  const labels = selectors.labelSelector ? labelsPart(selectors.labelSelector) : undefined;
  const fields = selectors.fieldSelector ? fieldMatcher(resource.kind, selectors.fieldSelector) : undefined;
  if (labels === undefined || fields === undefined) return labels ?? fields;
  return (object) => labels(object) && fields(object);
}
