import { expect, it } from 'vitest';
import { readOwners, writeOwners } from './managers.js';

const entry = {
  manager: 'kubectl',
  operation: 'Update',
  apiVersion: 'v1',
  time: '2026-01-01T00:00:00Z',
  fieldsType: 'FieldsV1',
};

function written(fieldsV1: object) {
  const owners = readOwners([{ ...entry, fieldsV1 }]);
  return owners && writeOwners(owners)?.[0]?.fieldsV1;
}

it('keeps one frozen set for all objects whose owners own the same, and takes it up again as it is', () => {
  const first = written({ 'f:spec': { 'f:replicas': {} } });
  const second = written({ 'f:spec': { 'f:replicas': {} } });
  expect(first).toEqual({ 'f:spec': { 'f:replicas': {} } });
  expect(second).toBe(first);
  expect(Object.isFrozen(first)).toBe(true);
  expect(written(first ?? {})).toBe(first);
});

it('looks through a set that it does not know, also one that is frozen', () => {
  expect(written(Object.freeze({ spec: {} }))).toBeUndefined();
  expect(written({ 'f:spec': { replicas: {} } })).toBeUndefined();
});
