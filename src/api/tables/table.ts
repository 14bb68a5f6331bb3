import { ageOf } from '../duration.js';
import type { Container } from '../generated/core-v1.js';
import type { LabelSelector } from '../generated/meta-v1.js';
import type { KubeObject } from '../kube-object.js';
import { labelSelectorOf, selectorText } from '../selectors.js';

/** A column of a meta.k8s.io/v1 Table; those of priority 1 show with `-o wide` only. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'boolean' | 'date';
  readonly format: string;
  readonly description: string;
  readonly priority: number;
}

/** What a cell holds. */
export type Cell = string | number | boolean;

/** How a kind is printed. A method, so that printers of many kinds fit one table. `now` in milliseconds. */
export interface Printer {
  readonly columns: readonly Column[];
  cells(object: KubeObject, now: number): readonly Cell[];
}

/** The same for one kind, with its type. */
export interface KindPrinter<T extends KubeObject> {
  readonly columns: readonly Column[];
  cells(object: T, now: number): readonly Cell[];
}

/** The name of what is not there. */
export const none = '<none>';

/** What a field is called that nobody set. */
export const unset = '<unset>';

function column(name: string, type: Column['type'], description: string, priority: number): Column {
  return { name, type, format: name === 'Name' ? 'name' : '', description, priority };
}

/** A column of text. */
export function text(name: string, description: string): Column {
  return column(name, 'string', description, 0);
}

/** A column of whole numbers. */
export function integer(name: string, description: string): Column {
  return column(name, 'integer', description, 0);
}

/** A column of truth values. */
export function truth(name: string, description: string): Column {
  return column(name, 'boolean', description, 0);
}

/** The same column, shown with `-o wide` only. */
export function wide(shown: Column): Column {
  return { ...shown, priority: 1 };
}

/** The column with which almost every table begins. */
export const nameColumn = text('Name', 'Name must be unique within a namespace.');

/** The column of ages. */
export const ageColumn = text(
  'Age',
  'CreationTimestamp is a timestamp representing the server time when this object was created.',
);

/** The columns that say which containers a template has. */
export const templateColumns: readonly Column[] = [
  wide(text('Containers', 'Names of each container in the template.')),
  wide(text('Images', 'Images referenced by each container in the template.')),
];

/** The column of a workload's selector. */
export const selectorColumn = wide(text('Selector', 'Label query over the Pods of this object.'));

/** The object's name. */
export function nameOf(object: KubeObject): string {
  return object.metadata?.name ?? '';
}

/** How long ago the object was made. */
export function age(object: KubeObject, now: number): string {
  return ageOf(object.metadata?.creationTimestamp, now);
}

/** Names and images of containers, as two cells. */
export function templateCells(containers: readonly Container[] | undefined): [string, string] {
  const list = containers ?? [];
  return [list.map(({ name }) => name).join(','), list.map(({ image }) => image ?? '').join(',')];
}

/** Labels as `a=b,c=d`; `<none>` when there are none. */
export function labelsText(labels: Readonly<Record<string, string>> | undefined): string {
  const parts = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return parts.length === 0 ? none : parts.sort().join(',');
}

/** A label selector as text; `<none>` when it has no condition. */
export function labelSelectorText(selector: LabelSelector | undefined): string {
  return selectorText(labelSelectorOf(selector)) || none;
}

/** At most three of a list, and how many more there are. */
export function shortList(items: readonly string[], empty: string): string {
  if (items.length === 0) return empty;
  const shown = items.slice(0, 3).join(',');
  return items.length > 3 ? `${shown} + ${items.length - 3} more...` : shown;
}
