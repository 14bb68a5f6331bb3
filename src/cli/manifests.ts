import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LineCounter, parseAllDocuments } from 'yaml';
import { UserError } from '../cluster/index.js';

/** An object of a manifest, and where it stands. */
export interface Manifest {
  /** `file:line` of the document. */
  readonly where: string;
  readonly object: Readonly<Record<string, unknown>>;
}

const EXTENSIONS = ['.yaml', '.yml', '.json'];

/** Reads manifests from files, directories (their own files, by name) and `-` (standard input). Throws UserError with file and line. */
export function readManifests(paths: readonly string[], standardInput: () => string): readonly Manifest[] {
  const manifests = paths.flatMap((path) => {
    if (path === '-') return parseManifests(standardInput(), '(standard input)');
    return filesOf(path).flatMap((file) => parseManifests(readText(file), file));
  });
  if (paths.length > 0 && manifests.length === 0)
    throw new UserError(`${paths.join(', ')}: no objects in it`);
  return manifests;
}

function filesOf(path: string): readonly string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new UserError(`${path}: no such file`);
  if (!stat.isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => EXTENSIONS.some((extension) => name.endsWith(extension)))
    .toSorted()
    .map((name) => join(path, name));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError(
      `${file}: could not be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Parses one YAML or JSON text into its objects; a List stands for its items. `file` names it in errors. */
export function parseManifests(text: string, file: string): readonly Manifest[] {
  const lines = new LineCounter();
  // Numbers, booleans and nulls as kubectl's parser reads them in the cases that manifests use; keys once.
  const documents = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: true });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) {
      const line = lines.linePos(error.pos[0]).line;
      throw new UserError(`${file}:${line}: not valid YAML: ${firstLine(error.message)}`);
    }
    const value: unknown = document.toJS();
    if (value === null || value === undefined) return [];
    const start = document.contents?.range?.[0] ?? 0;
    return objectsOf(value, `${file}:${lines.linePos(start).line}`);
  });
}

function objectsOf(value: unknown, where: string): readonly Manifest[] {
  if (!isRecord(value))
    throw new UserError(`${where}: a manifest must be a mapping, with apiVersion and kind`);
  for (const field of ['apiVersion', 'kind']) {
    if (typeof value[field] !== 'string' || value[field] === '')
      throw new UserError(`${where}: ${field} is not set`);
  }
  const items = value['items'];
  if (String(value['kind']).endsWith('List') && Array.isArray(items))
    return items.flatMap((item) => objectsOf(item, where));
  return [{ where, object: value }];
}

/** Whether a parsed value is a mapping. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// The parser's message goes on with an excerpt; one line is enough beside file and line.
function firstLine(message: string): string {
  return (message.split('\n')[0] ?? message).replace(/ at line \d+, column \d+:?$/, '');
}
