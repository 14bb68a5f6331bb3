import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { applyDefaults } from '../defaults/index.js';
import { rowOfObject } from '../kinds.js';
import { prepareForCreate } from '../strategy.js';
import { validateCreate } from './index.js';

const file = new URL('../../../examples/mysql/architecture.yaml', import.meta.url);

describe("the course's architecture", () => {
  const objects = parseAllDocuments(readFileSync(file, 'utf8'))
    .map((document) => document.toJS())
    .filter((object) => object !== null);

  it.each(objects.map((object) => [object.kind, object.metadata.name, object]))(
    '%s %s is valid',
    (_kind, _name, object) => {
      const row = rowOfObject(object.apiVersion, object.kind);
      expect(row).toBeDefined();
      if (row === undefined) return;
      const placed = { ...object, metadata: { ...object.metadata, namespace: 'default', uid: 'u' } };
      expect(validateCreate(row, prepareForCreate(row, applyDefaults(row, placed)))).toEqual([]);
    },
  );
});
