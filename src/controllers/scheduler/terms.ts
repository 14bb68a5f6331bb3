import type { Pod, PodAffinityTerm } from '../../api/generated/core-v1.js';
import type { LabelSelector } from '../../api/generated/meta-v1.js';
import {
  labelSelectorOf,
  matchesLabels,
  type Requirement,
  type Selector,
  selectorText,
} from '../../api/selectors.js';

/** Labels of an object. */
export type Labels = Readonly<Record<string, string>>;

/** Labels of a namespace by its name. */
export type NamespaceLabels = ReadonlyMap<string, Labels>;

/** A Pod affinity term, read once: which Pods it means, and which label of nodes makes a domain. */
export interface Term {
  /** The same for terms that mean the same. */
  readonly key: string;
  readonly topologyKey: string;
  readonly weight: number;
  readonly namespaces: ReadonlySet<string>;
  readonly namespaceSelector: Selector | undefined;
  readonly selector: Selector;
}

/** The terms of a Pod: `required` and `preferred`, towards other Pods and away from them. */
export interface PodTerms {
  readonly affinity: readonly Term[];
  readonly antiAffinity: readonly Term[];
  readonly preferred: readonly Term[];
  readonly avoided: readonly Term[];
}

const noTerms: PodTerms = { affinity: [], antiAffinity: [], preferred: [], avoided: [] };

/** Reads the Pod affinity of a Pod. */
export function termsOf(pod: Pod): PodTerms {
  const { podAffinity, podAntiAffinity } = pod.spec?.affinity ?? {};
  if (podAffinity === undefined && podAntiAffinity === undefined) return noTerms;
  const read = (term: PodAffinityTerm): Term => termOf(pod, term, 0);
  return {
    affinity: (podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(read),
    antiAffinity: (podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(read),
    preferred: (podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
      ({ podAffinityTerm, weight }) => termOf(pod, podAffinityTerm, weight),
    ),
    avoided: (podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
      ({ podAffinityTerm, weight }) => termOf(pod, podAffinityTerm, weight),
    ),
  };
}

/** True when a term means a Pod. */
export function termMatches(term: Term, pod: Pod, namespaces: NamespaceLabels): boolean {
  const namespace = pod.metadata?.namespace ?? '';
  const inside =
    term.namespaces.has(namespace) ||
    (term.namespaceSelector !== undefined &&
      matchesLabels(term.namespaceSelector, namespaces.get(namespace) ?? {}));
  return inside && matchesLabels(term.selector, pod.metadata?.labels);
}

/** A selector with the Pod's own values of some labels asked for besides, or ruled out. */
export function narrowed(
  selector: LabelSelector | undefined,
  labels: Labels | undefined,
  keys: { readonly match?: readonly string[] | undefined; readonly mismatch?: readonly string[] | undefined },
): Selector {
  const base = labelSelectorOf(selector);
  const also = (names: readonly string[] | undefined, operator: 'in' | 'notin'): Requirement[] =>
    (names ?? []).flatMap((key) => {
      const value = labels?.[key];
      return value === undefined ? [] : [{ key, operator, values: [value] }];
    });
  const more = [...also(keys.match, 'in'), ...also(keys.mismatch, 'notin')];
  return more.length === 0 || base.nothing
    ? base
    : { nothing: false, requirements: [...base.requirements, ...more] };
}

function termOf(pod: Pod, term: PodAffinityTerm, weight: number): Term {
  const { namespaces = [], namespaceSelector, topologyKey } = term;
  const named =
    namespaces.length === 0 && namespaceSelector === undefined ? [pod.metadata?.namespace ?? ''] : namespaces;
  const selector = narrowed(term.labelSelector, pod.metadata?.labels, {
    match: term.matchLabelKeys,
    mismatch: term.mismatchLabelKeys,
  });
  const spaces = namespaceSelector === undefined ? undefined : labelSelectorOf(namespaceSelector);
  return {
    key: JSON.stringify([
      [...named].sort(),
      spaces && selectorKey(spaces),
      selectorKey(selector),
      topologyKey,
    ]),
    topologyKey,
    weight,
    namespaces: new Set(named),
    namespaceSelector: spaces,
    selector,
  };
}

/** Tells selectors apart, that of nothing from that of everything too. */
export function selectorKey(selector: Selector): string {
  return selector.nothing ? '-' : `+${selectorText(selector)}`;
}
