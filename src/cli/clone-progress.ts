import type { HttpsClient } from '../client/https.js';
import { MEMBERS_PATH } from '../operator/members.js';
import { isRecord } from './manifests.js';

/** Bytes copied and expected by each clone that runs, by `namespace/name` of the Pod. */
export type CloneFigures = ReadonlyMap<string, { readonly doneBytes: number; readonly totalBytes: number }>;

/** Asks Holdfast's own API server how far the clones are; empty on any other cluster. */
export async function readCloneFigures(client: HttpsClient): Promise<CloneFigures> {
  const text = await client.raw.getText(MEMBERS_PATH).catch(() => '[]');
  const members: unknown = JSON.parse(text);
  if (!Array.isArray(members)) return new Map();
  return new Map(
    members.filter(isRecord).flatMap(({ namespace, name, clone }) => {
      if (
        !isRecord(clone) ||
        typeof clone['totalBytes'] !== 'number' ||
        typeof clone['doneBytes'] !== 'number'
      )
        return [];
      const { doneBytes, totalBytes } = { doneBytes: clone['doneBytes'], totalBytes: clone['totalBytes'] };
      return [[`${String(namespace)}/${String(name)}`, { doneBytes, totalBytes }] as const];
    }),
  );
}
