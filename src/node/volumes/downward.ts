import type {
  Container,
  DownwardAPIVolumeFile,
  Pod,
  ResourceFieldSelector,
} from '../../api/generated/core-v1.js';
import { parseQuantity } from '../../api/quantity.js';
import { type FileOptions, volumeFile } from './files.js';
import type { VolumeFile } from './types.js';
import { VolumeError } from './volume-error.js';

/** Whose fields become files, and what an unset limit means. */
export interface DownwardContext {
  readonly pod: Pod;
  readonly allocatable: Readonly<Record<string, string>>;
}

const nanoPerUnit = 1_000_000_000n;
const nanoPerMilli = 1_000_000n;

/** The files of a downwardAPI source. */
export function downwardFiles(
  items: readonly DownwardAPIVolumeFile[],
  context: DownwardContext,
  options: FileOptions,
): VolumeFile[] {
  return items.map((item) => {
    const text = item.resourceFieldRef
      ? resourceText(item.resourceFieldRef, context)
      : fieldText(context.pod, item.fieldRef?.fieldPath ?? '');
    return volumeFile(item.path, Buffer.from(text), { ...options, mode: item.mode });
  });
}

function fieldText(pod: Pod, path: string): string {
  const text = metadataText(pod, path);
  if (text === undefined) throw new VolumeError(`unsupported fieldPath: ${path}`);
  return text;
}

/** The text of a field of the Pod's metadata, as downward API files and the environment show it; undefined for other fields. */
export function metadataText({ metadata = {} }: Pod, path: string): string | undefined {
  const entry = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (entry) {
    const [, field, key = ''] = entry;
    return (field === 'labels' ? metadata.labels : metadata.annotations)?.[key] ?? '';
  }
  switch (path) {
    case 'metadata.name':
      return metadata.name ?? '';
    case 'metadata.namespace':
      return metadata.namespace ?? '';
    case 'metadata.uid':
      return metadata.uid ?? '';
    case 'metadata.labels':
      return mapText(metadata.labels);
    case 'metadata.annotations':
      return mapText(metadata.annotations);
    default:
      return undefined;
  }
}

function mapText(entries: Readonly<Record<string, string>> = {}): string {
  const keys = Object.keys(entries).sort();
  return keys.map((key) => `${key}=${quoted(entries[key] ?? '')}`).join('\n');
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** Quotes as Go's %q does, since that is what programs that read these files expect. */
function quoted(text: string): string {
  const inner = text.replace(
    /["\\]|[^\P{C}\p{Cs}]|[^\P{Z} ]/gu,
    (char) => escapes[char] ?? escapedCode(char),
  );
  return `"${inner}"`;
}

function escapedCode(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const hex = (width: number): string => code.toString(16).padStart(width, '0');
  if (code < 0x80) return `\\x${hex(2)}`;
  return code > 0xffff ? `\\U${hex(8)}` : `\\u${hex(4)}`;
}

/** A request or limit of a container in units of its divisor, rounded up; what is not limited may use what the node has. */
export function resourceText(selector: ResourceFieldSelector, { pod, allocatable }: DownwardContext): string {
  const { containerName = '', resource, divisor } = selector;
  const { containers = [], initContainers = [] } = pod.spec ?? {};
  const container = [...containers, ...initContainers].find(({ name }) => name === containerName);
  if (!container) throw new VolumeError(`container ${containerName} not found`);
  const [, kind, name] = /^(limits|requests)\.(.+)$/.exec(resource) ?? [];
  if (kind === undefined || name === undefined)
    throw new VolumeError(`unsupported container resource: ${resource}`);
  const amount = parseQuantity(
    amountOf(container, kind === 'limits', name) ?? fallback(kind, name, allocatable),
  );
  const unit = name === 'cpu' ? nanoPerMilli : nanoPerUnit;
  const per = ceil(parseQuantity(divisor ?? '1').nano, unit);
  return String(ceil(ceil(amount.nano, unit), per === 0n ? nanoPerUnit / unit : per));
}

function amountOf({ resources }: Container, limit: boolean, name: string): string | undefined {
  return (limit ? resources?.limits : resources?.requests)?.[name];
}

/** An unset limit is what the node can give; an unset request is nothing. */
function fallback(kind: string, name: string, allocatable: Readonly<Record<string, string>>): string {
  return (kind === 'limits' ? allocatable[name] : undefined) ?? '0';
}

function ceil(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}
