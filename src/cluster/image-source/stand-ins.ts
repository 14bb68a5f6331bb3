import { readJson, writeFileWhole } from '../processes.js';

/** Which image was chosen to stand in for which, for good: a data directory of one version does not open under another. */
export interface StandInRecord {
  /** The image that stands in for this full reference; undefined when none was ever chosen. */
  get(reference: string): string | undefined;
  /** Notes a choice before it is used. */
  set(reference: string, standIn: string): void;
}

function isRecord(value: unknown): value is Readonly<Record<string, string>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((each) => typeof each === 'string')
  );
}

/** The record in a file of the state directory. */
export function standInRecord(file: string): StandInRecord {
  const read = (): Readonly<Record<string, string>> => {
    const value = readJson(file);
    return isRecord(value) ? value : {};
  };
  return {
    get: (reference) => read()[reference],
    set: (reference, standIn) => {
      writeFileWhole(file, `${JSON.stringify({ ...read(), [reference]: standIn }, undefined, 2)}\n`);
    },
  };
}
