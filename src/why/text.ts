import { type Link, subjectText } from './link.js';

/** The answer as a person reads it: one line for each link, and what would let it go on. */
export function answerText(links: readonly Link[]): string {
  const lines = links.map(
    (link, index) =>
      `${'  '.repeat(index)}${index === 0 ? '' : '└ '}${subjectText(link.about)}: ${link.message}`,
  );
  const last = links.at(-1);
  const way = last?.unblockedBy === undefined ? [] : ['', `To go on: ${last.unblockedBy}`];
  return [...lines, ...way].join('\n');
}
