import { notAcceptable } from '../../api/status-error.js';

/** How a client wants an answer written, and as what. */
export interface Wanted {
  readonly format: 'json' | 'yaml';
  readonly as: 'object' | 'table' | 'metadata';
}

/** One range of an Accept header. */
export interface MediaRange {
  readonly type: string;
  readonly quality: number;
  readonly params: { readonly [name: string]: string };
}

const accepted = ['application/json', 'application/yaml'];
const plain: Wanted = { format: 'json', as: 'object' };
const cache = new Map<string, Wanted>();

/** Accept headers come from few clients in few forms; a bound keeps strangers from filling the cache. */
const cacheLimit = 256;

/** Reads an Accept header; the best range comes first. */
export function mediaRanges(header: string): MediaRange[] {
  const ranges = header.split(',').map((part) => {
    const [type = '', ...rest] = part.split(';').map((text) => text.trim());
    const params = Object.fromEntries(
      rest.map((param) => param.split('=', 2)).map(([key = '', value = '']) => [key, value]),
    );
    return { type: type.toLowerCase(), quality: Number(params['q'] ?? 1), params };
  });
  return ranges.filter(({ quality }) => quality > 0).sort((a, b) => b.quality - a.quality);
}

function formatOf(type: string): Wanted['format'] | undefined {
  if (type === 'application/json' || type === '*/*' || type === 'application/*') return 'json';
  return type === 'application/yaml' ? 'yaml' : undefined;
}

function wantedBy({ type, params }: MediaRange): Wanted | undefined {
  const format = formatOf(type);
  if (format === undefined) return undefined;
  const as = params['as'];
  if (as === undefined) return { format, as: 'object' };
  if (params['g'] !== 'meta.k8s.io' || (params['v'] ?? 'v1') !== 'v1') return undefined;
  if (as === 'Table') return { format, as: 'table' };
  return as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList'
    ? { format, as: 'metadata' }
    : undefined;
}

/** Finds the best form that is both wanted and offered; protobuf and CBOR are not, and are passed over. */
export function negotiate(accept: string | undefined): Wanted {
  if (accept === undefined || accept === '' || accept === '*/*' || accept === 'application/json')
    return plain;
  const known = cache.get(accept);
  if (known !== undefined) return known;
  const wanted = mediaRanges(accept)
    .map(wantedBy)
    .find((form) => form !== undefined);
  if (wanted === undefined) throw notAcceptable(accepted);
  if (cache.size >= cacheLimit) cache.clear();
  cache.set(accept, wanted);
  return wanted;
}

/** The version of aggregated discovery that is wanted; undefined for the legacy form, which is what plain JSON means. */
export function wantsAggregated(accept: string | undefined): 'v2' | 'v2beta1' | undefined {
  for (const { type, params } of mediaRanges(accept ?? '')) {
    if (formatOf(type) === undefined) continue;
    const { g, v = '', as } = params;
    if (as === undefined) return undefined;
    const known =
      type === 'application/json' && g === 'apidiscovery.k8s.io' && as === 'APIGroupDiscoveryList';
    if (known && (v === 'v2' || v === 'v2beta1')) return v;
  }
  return undefined;
}
