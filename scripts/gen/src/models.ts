import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** One field of a model class as the client package writes it. */
export interface ModelField {
  readonly json: string;
  readonly type: string;
  readonly format: string;
  readonly required: boolean;
  readonly description: string;
}

/** One model class of the client package. */
export interface Model {
  readonly className: string;
  readonly description: string;
  readonly fields: readonly ModelField[];
}

interface Attribute {
  readonly name: string;
  readonly baseName: string;
  readonly type: string;
  readonly format: string;
}

/** Reads every model class of `@kubernetes/client-node` as text; nothing of it is run. */
export function readModels(root: string): ReadonlyMap<string, Model> {
  const folder = path.join(root, 'dist/gen/models');
  const models = new Map<string, Model>();
  // The folder holds left-overs of earlier versions; only what the list names is of this one.
  const list = readFileSync(path.join(folder, 'all.d.ts'), 'utf8');
  for (const [, className = ''] of list.matchAll(/models\/(\w+)\.js/g)) {
    const types = readFileSync(path.join(folder, `${className}.d.ts`), 'utf8');
    const code = readFileSync(path.join(folder, `${className}.js`), 'utf8');
    const model = readModel(className, types, code);
    if (model !== undefined) models.set(className, model);
  }
  return models;
}

/** Reads which model classes each API class of the client package mentions, by group and version. */
export function readApiRoots(root: string): ReadonlyMap<string, ReadonlySet<string>> {
  const folder = path.join(root, 'dist/gen/apis');
  const roots = new Map<string, ReadonlySet<string>>();
  for (const file of readdirSync(folder).sort()) {
    const api = /^([A-Z]\w*?)(V\d)Api\.d\.ts$/.exec(file);
    if (api === null) continue;
    const text = readFileSync(path.join(folder, file), 'utf8');
    const classes = [...text.matchAll(/models\/(\w+)\.js/g)].map((match) => match[1] ?? '');
    roots.set(`${api[1]?.toLowerCase()}-${api[2]?.toLowerCase()}`, new Set(classes));
  }
  return roots;
}

function readModel(className: string, types: string, code: string): Model | undefined {
  const map = /\.attributeTypeMap = (\[[\s\S]*?\n\]);/.exec(code)?.[1];
  const start = types.indexOf(`export declare class ${className}`);
  if (map === undefined || start < 0) return undefined;
  const attributes: readonly Attribute[] = JSON.parse(map);
  const head = lastComment(types.slice(0, start));
  const body = types.slice(start);
  return { className, description: plainText(head), fields: attributes.map((a) => readField(a, body)) };
}

/** The text of the comment that ends where the class begins. */
function lastComment(text: string): string {
  return /^\/\*\*\s*\n\s*\* ([\s\S]*?)\n\s*\*\/\s*$/.exec(text.slice(text.lastIndexOf('/**')))?.[1] ?? '';
}

function readField(attribute: Attribute, body: string): ModelField {
  const pattern = new RegExp(
    `(?:/\\*\\*\\n\\s*\\* ([^\\n]*(?:\\n(?!\\s*\\*/)[^\\n]*)*)\\n\\s*\\*/\\n)?\\s*'${attribute.name}'(\\??):`,
  );
  const match = pattern.exec(body);
  if (match === null) throw new Error(`Field ${attribute.name} has no declaration in: ${body.slice(0, 80)}`);
  return {
    json: attribute.baseName,
    type: attribute.type,
    format: attribute.format,
    required: match[2] !== '?',
    description: plainText(match[1] ?? ''),
  };
}

function plainText(text: string): string {
  return text
    .replaceAll(/\\(['"\\])/g, '$1')
    .replaceAll(/\n\s*\* ?/g, '\n')
    .trim();
}
