import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  actingFileNames,
  ambient,
  importTable,
  pureFileNames,
  pureImports,
  readmeHeadings,
  whyReads,
} from './import-table.js';
import { isTest, root, type Source, sources } from './sources.js';

const all = sources();
const code = all.filter((file) => !isTest(file.path));
const folderOf = (path: string): string => path.split('/')[0] ?? '';

describe('the house', () => {
  it('every folder under src/ stands in the import table', () => {
    const folders = readdirSync(join(root, 'src'));
    expect(folders.filter((name) => importTable[name] === undefined)).toEqual([]);
  });

  it('imports go one way', () => {
    expect(code.flatMap(forbiddenImports)).toEqual([]);
  });

  it('controllers do not import one another', () => {
    expect(code.filter((file) => file.path.startsWith('controllers/')).flatMap(siblingImports)).toEqual([]);
  });

  it('plans and actions are pure', () => {
    expect(code.filter((file) => pureFileNames.includes(basename(file.path))).flatMap(impureImports)).toEqual(
      [],
    );
  });

  it('time, randomness and the environment are arguments', () => {
    const found = code.flatMap((file) =>
      ambient
        .filter((rule) => !rule.allowed.some((prefix) => file.path.startsWith(prefix)))
        .filter((rule) => rule.pattern.test(withoutComments(file.text)))
        .map((rule) => `${file.path}: ${rule.pattern.source} (${rule.instead})`),
    );
    expect(found).toEqual([]);
  });

  it('files hold at most 250 lines, or say at their top why not', () => {
    const long = code.filter(
      (file) => lines(file) > 250 && !/^\/\*\*?[\s\S]*?(long|lines)[\s\S]*?\*\//.test(file.text),
    );
    expect(long.map((file) => `${file.path}: ${lines(file)} lines`)).toEqual([]);
  });

  it('a capability folder has a README with the agreed headings', () => {
    const folders = new Set(
      code.filter((file) => basename(file.path) === 'plan.ts').map((file) => dirname(file.path)),
    );
    expect([...folders].flatMap(missingHeadings)).toEqual([]);
  });

  it('no escape from the types without a reason on the line', () => {
    const typeEscape = /: any\s*[;,)=>|\]]|\bas any\b|as unknown as/;
    const directive = /(@ts-ignore|@ts-expect-error|biome-ignore)(?!.*(:|--|because)\s*\S{3,})/;
    const isComment = /^\s*(\/\/|\/?\*)/;
    const found = code.flatMap((file) =>
      file.text.split('\n').flatMap((line, index) => {
        const escapes = directive.test(line) || (typeEscape.test(line) && !isComment.test(line));
        return escapes ? [`${file.path}:${index + 1}`] : [];
      }),
    );
    expect(found).toEqual([]);
  });

  it('no test is skipped or focused', () => {
    const found = all.filter(
      (file) =>
        isTest(file.path) && /\b(it|test|describe)\.(skip|todo|only|fails|skipIf|runIf)\b/.test(file.text),
    );
    expect(found.map((file) => file.path)).toEqual([]);
  });
});

function lines(file: Source): number {
  return file.text.trimEnd().split('\n').length;
}

function forbiddenImports(file: Source): string[] {
  const from = folderOf(file.path);
  const allowed = new Set([from, ...(importTable[from] ?? [])]);
  return file.imports
    .filter((target) => !allowed.has(folderOf(target)) && !isWhyOfAPlan(from, target))
    .map((target) => `${file.path} imports ${target}`);
}

/** `why` may use what looks and decides in any folder: every file that does not come to those which act. */
function isWhyOfAPlan(from: string, target: string): boolean {
  return from === 'why' && whyReads.includes(folderOf(target)) && !acts(target, new Set());
}

function acts(target: string, seen: Set<string>): boolean {
  if (actingFileNames.includes(basename(target).replace(/\.js$/, '.ts'))) return true;
  if (seen.has(target)) return false;
  seen.add(target);
  const file = code.find(({ path }) => path === target.replace(/\.js$/, '.ts'));
  const beside = file?.imports.filter((next) => folderOf(next) === folderOf(target)) ?? [];
  return beside.some((next) => acts(next, seen));
}

function siblingImports(file: Source): string[] {
  const own = file.path.split('/')[1] ?? '';
  return file.imports
    .filter(
      (target) =>
        target.startsWith('controllers/') && target.split('/').length > 2 && target.split('/')[1] !== own,
    )
    .filter((target) => target.split('/')[1] !== 'shared')
    .map((target) => `${file.path} imports ${target}`);
}

function impureImports(file: Source): string[] {
  return file.imports
    .filter((target) => target !== 'reconcile/contract.js' && !pureImports.includes(folderOf(target)))
    .filter((target) => folderOf(target) !== folderOf(file.path) || /\/(perform|index)\.js$/.test(target))
    .map((target) => `${file.path} imports ${target}`);
}

function missingHeadings(folder: string): string[] {
  const readme = join(root, 'src', folder, 'README.md');
  if (!existsSync(readme)) return [`src/${folder}/README.md is missing`];
  const text = readFileSync(readme, 'utf8');
  return readmeHeadings
    .filter((heading) => !text.includes(heading))
    .map((heading) => `src/${folder}/README.md lacks "${heading}"`);
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}
