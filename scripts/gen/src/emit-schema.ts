import type { SchemaModule } from '../../../src/api/schema/types.js';
import type { BuiltType } from './build.js';
import { header } from './emit-types.js';

/** Writes the structure of one module; a function, so that nothing is built before it is asked for. */
export function emitStructure(module: SchemaModule, types: readonly BuiltType[]): string {
  const lines = types.map((type) => `  ${JSON.stringify(type.name)}: ${JSON.stringify(type.schema)},\n`);
  return [
    header,
    `import type { DefinitionTable } from '../types.js';\n\n`,
    `/** The structure of ${module.prefix}. */\n`,
    `export const definitions = (): DefinitionTable => ({\n${lines.join('')}});\n`,
  ].join('');
}

/** Writes the descriptions of one module, which only explain and OpenAPI need. */
export function emitDescriptions(module: SchemaModule, types: readonly BuiltType[]): string {
  const lines = types.map(
    (type) => `  ${JSON.stringify(type.name)}: ${JSON.stringify(type.descriptions)},\n`,
  );
  return [
    header,
    `import type { DescriptionTable } from '../types.js';\n\n`,
    `/** The descriptions of ${module.prefix}. */\n`,
    `export const descriptions = (): DescriptionTable => ({\n${lines.join('')}});\n`,
  ].join('');
}

/** Writes the list of modules, with structures at hand and descriptions loaded on demand. */
export function emitIndex(modules: readonly SchemaModule[], fingerprint: string): string {
  const variable = (module: SchemaModule): string =>
    module.id.replace(/-(\w)/, (_, letter: string) => letter.toUpperCase());
  const imports = modules.map((m) => `import { definitions as ${variable(m)} } from './${m.id}.js';\n`);
  const list = modules.map((m) => `  ${JSON.stringify(m)},\n`);
  const structures = modules.map((m) => `  '${m.id}': ${variable(m)},\n`);
  const texts = modules.map(
    (m) => `  '${m.id}': async () => (await import('./${m.id}-descriptions.js')).descriptions(),\n`,
  );
  return [
    header,
    `import type { DefinitionTable, DescriptionTable, SchemaModule } from '../types.js';\n`,
    ...imports,
    `\n/** Every group and version that has a schema. */\n`,
    `export const modules: readonly SchemaModule[] = [\n${list.join('')}];\n`,
    `\n/** Changes whenever anything of the schema changes. */\nexport const fingerprint = '${fingerprint}';\n`,
    `\n/** The structure of each module. */\n`,
    `export const structures: { readonly [id: string]: () => DefinitionTable } = {\n${structures.join('')}};\n`,
    `\n/** The descriptions of each module. */\n`,
    `export const descriptions: { readonly [id: string]: () => Promise<DescriptionTable> } = {\n${texts.join('')}};\n`,
  ].join('');
}
