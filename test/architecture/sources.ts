import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** A source file under src/: its path there, its text, and the paths under src/ that it imports. */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

/** All hand-written TypeScript files under src/, tests included. */
export function sources(): readonly Source[] {
  const src = join(root, 'src');
  return readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(src, join(entry.parentPath, entry.name)))
    .filter((path) => !path.includes('generated/'))
    .map((path) => {
      const text = readFileSync(join(src, path), 'utf8');
      return { path, text, imports: importsOf(src, path, text) };
    });
}

function importsOf(src: string, path: string, text: string): string[] {
  const found = text.matchAll(/(?:from\s+|import\s*\(\s*|import\s+)['"](\.[^'"]+)['"]/g);
  return [...found].map((match) => relative(src, resolve(src, dirname(path), match[1] ?? '')));
}

/** Whether a file is a test or only serves tests. */
export function isTest(path: string): boolean {
  return /\.(test|suite|fixture)s?\.ts$/.test(path) || /(^|\/)(fixtures|testdata|test-support)\//.test(path);
}
