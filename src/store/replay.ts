import { History, type LoggedChange } from './history.js';
import type { JournalContents, JournalRecord } from './journal.js';
import { OrderedMap } from './ordered-map.js';
import type { Entry } from './store.js';

/** What a store starts from. */
export interface Past {
  readonly index: OrderedMap<Entry>;
  readonly history: History;
  readonly revision: number;
}

/** Builds index and history from what the journal holds. */
export function replay(contents: JournalContents): Past {
  const index = new OrderedMap<Entry>();
  const history = new History(contents.compactedRevision);
  for (const record of contents.records) {
    const change = changeOf(record, index.get(record.key));
    if (change.entry === undefined) index.delete(change.key);
    else index.set(change.entry);
    if (change.revision > contents.compactedRevision) history.push(change);
  }
  return { index, history, revision: contents.revision };
}

function changeOf(record: JournalRecord, before: Entry | undefined): LoggedChange {
  const { type, key, revision, createRevision, value } = record;
  const version: Entry = { key, value, revision, createRevision };
  if (type === 'put') return { type, key, revision, entry: version, previous: before, before };
  return { type, key, revision, entry: undefined, previous: value.length === 0 ? before : version, before };
}
