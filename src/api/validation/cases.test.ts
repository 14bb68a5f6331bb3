import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describeRules } from './rules.fixture.js';

interface Written {
  readonly patch: string;
  readonly errors?: readonly string[];
}

interface WrittenGroup {
  readonly kind: readonly [group: string, kind: string];
  readonly good: string;
  readonly create?: readonly Written[];
  readonly update?: readonly Written[];
  readonly status?: readonly Written[];
}

const folder = join(import.meta.dirname, 'cases');

function cases(list: readonly Written[] | undefined): (readonly [string, ...string[]])[] {
  return (list ?? []).map(({ patch, errors = [] }) => [patch, ...errors]);
}

for (const file of readdirSync(folder)) {
  const groups: readonly WrittenGroup[] = parse(readFileSync(join(folder, file), 'utf8'));
  describeRules(
    groups.map(({ kind, good, create, update, status }) => ({
      kind,
      good,
      create: cases(create),
      update: cases(update),
      status: cases(status),
    })),
  );
}
