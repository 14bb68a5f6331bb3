import { isObject, type JsonObject } from '../../api/deep.js';
import type { MetricSpec, MetricStatus } from '../../api/generated/autoscaling-v2.js';
import { defined } from './conversion.js';

/* autoscaling/v1 has metrics in annotations only, with the fields of a target or of a present value spread out. */

const sources = ['resource', 'containerResource', 'pods', 'object', 'external'] as const;

type Source = (typeof sources)[number];

/** `target` for what is wanted, `current` for what is. */
type Part = 'target' | 'current';

/** How the parts of a value are called in autoscaling/v1, by source. */
function valueNames(source: Source, part: Part): { readonly [name: string]: string } {
  if (source === 'object') return { value: `${part}Value`, averageValue: 'averageValue' };
  return {
    averageUtilization: `${part}AverageUtilization`,
    averageValue: `${part}AverageValue`,
    value: `${part}Value`,
  };
}

/** How a metric is named in autoscaling/v1, by source: those of resources have their own name. */
function metricNames(source: Source): { readonly name: string; readonly selector: string } {
  return { name: 'metricName', selector: source === 'external' ? 'metricSelector' : 'selector' };
}

function field(object: unknown, key: string): unknown {
  return isObject(object) ? object[key] : undefined;
}

function toV1(metric: MetricSpec | MetricStatus, part: Part): object {
  const source = sources.find((name) => isObject(metric[name]));
  if (source === undefined) return { type: metric.type };
  const { [part]: value, metric: id, describedObject, ...same }: JsonObject = { ...metric[source] };
  const names = metricNames(source);
  const amounts = Object.entries(valueNames(source, part)).map(([key, name]) => [name, field(value, key)]);
  const spread = {
    ...same,
    target: describedObject,
    [names.name]: field(id, 'name'),
    [names.selector]: field(id, 'selector'),
    ...Object.fromEntries(amounts),
  };
  return { type: metric.type, [source]: defined(spread) };
}

/** What kind of target the amounts make. */
function targetType(amounts: JsonObject): string {
  if (amounts['averageUtilization'] !== undefined) return 'Utilization';
  return amounts['averageValue'] === undefined ? 'Value' : 'AverageValue';
}

function fromV1(value: unknown, part: Part): JsonObject[] {
  if (!isObject(value)) return [];
  const source = sources.find((name) => isObject(value[name]));
  if (source === undefined) return [];
  const given = value[source];
  const names = metricNames(source);
  const amounts = defined(
    Object.fromEntries(
      Object.entries(valueNames(source, part)).map(([key, name]) => [key, field(given, name)]),
    ),
  );
  const id = defined({ name: field(given, names.name), selector: field(given, names.selector) });
  const metric = defined({
    name: field(given, 'name'),
    container: field(given, 'container'),
    describedObject: source === 'object' ? field(given, 'target') : undefined,
    metric: id.name === undefined ? undefined : id,
    [part]: part === 'target' ? { type: targetType(amounts), ...amounts } : amounts,
  });
  return [{ type: value['type'], [source]: metric }];
}

/** A metric as autoscaling/v1 writes it down. */
export function metricToV1(metric: MetricSpec): object {
  return toV1(metric, 'target');
}

/** The metric that autoscaling/v1 wrote down; nothing for what is none. */
export function metricFromV1(value: unknown): JsonObject[] {
  return fromV1(value, 'target');
}

/** The present value of a metric as autoscaling/v1 writes it down. */
export function statusToV1(metric: MetricStatus): object {
  return toV1(metric, 'current');
}

/** The present value that autoscaling/v1 wrote down; nothing for what is none. */
export function statusFromV1(value: unknown): JsonObject[] {
  return fromV1(value, 'current');
}
