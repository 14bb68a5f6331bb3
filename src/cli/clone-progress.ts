import type { HttpsClient } from '../client/https.js';
import { MEMBERS_PATH } from '../operator/members.js';
import type { MemberFigures } from '../why/index.js';
import { isRecord } from './manifests.js';

/** Bytes copied and expected by each clone that runs, by `namespace/name` of the Pod. */
export type CloneFigures = ReadonlyMap<string, NonNullable<MemberFigures['clone']>>;

/** Asks Holdfast's own API server how far the clones are; empty on any other cluster. */
export async function readCloneFigures(client: HttpsClient): Promise<CloneFigures> {
  const members = await readMembers(client);
  return new Map([...members].flatMap(([key, { clone }]) => (clone === undefined ? [] : [[key, clone]])));
}

/** Asks Holdfast's own API server for the figures of all MySQL members; empty on any other cluster. */
export async function readMembers(client: HttpsClient): Promise<ReadonlyMap<string, MemberFigures>> {
  const text = await client.raw.getText(MEMBERS_PATH).catch(() => '[]');
  const members: unknown = JSON.parse(text);
  if (!Array.isArray(members)) return new Map();
  return new Map(
    members.filter(isRecord).map(({ namespace, name, lagSeconds, clone }) => {
      const figures = {
        lagSeconds: typeof lagSeconds === 'number' ? lagSeconds : undefined,
        clone: cloneOf(clone),
      };
      return [`${String(namespace)}/${String(name)}`, figures] as const;
    }),
  );
}

function cloneOf(clone: unknown): MemberFigures['clone'] {
  if (!isRecord(clone)) return undefined;
  const { doneBytes, totalBytes } = { doneBytes: clone['doneBytes'], totalBytes: clone['totalBytes'] };
  if (typeof doneBytes !== 'number' || typeof totalBytes !== 'number') return undefined;
  return { doneBytes, totalBytes };
}
