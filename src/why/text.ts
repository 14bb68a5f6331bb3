import { type Link, subjectText } from './link.js';

/** The answer as a person reads it: one line for each link, what could not be looked at, and what would let it go on. */
export function answerText(links: readonly Link[]): string {
  const lines = links.map(
    (link, index) =>
      `${'  '.repeat(index)}${index === 0 ? '' : '└ '}${subjectText(link.about)}: ${link.message}`,
  );
  // Of a kind that may be neither listed nor got, the first refusal says enough.
  const unseen = new Map(
    links
      .flatMap((link) => link.unseen ?? [])
      .toReversed()
      .map((one) => [`${one.resource}/${one.namespace ?? ''}`, one]),
  );
  const missed = [...unseen.values()]
    .toReversed()
    .map(({ resource, message }) => `Could not look at ${resource}: ${message}`);
  const last = links.at(-1);
  const way = last?.unblockedBy === undefined ? [] : ['', `To go on: ${last.unblockedBy}`];
  return [...lines, ...(missed.length === 0 ? [] : ['', ...missed]), ...way].join('\n');
}
