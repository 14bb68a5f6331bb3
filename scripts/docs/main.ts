// Writes the pages that are made from code into a folder: node --import tsx scripts/docs/main.ts FOLDER
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiPage } from './page.js';
import { whyPage } from './why.js';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: main.ts FOLDER');
mkdirSync(join(folder, 'docs'), { recursive: true });
writeFileSync(join(folder, 'docs/api.md'), apiPage());
writeFileSync(join(folder, 'docs/why.md'), whyPage());
