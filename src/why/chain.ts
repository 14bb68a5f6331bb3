import { type Link, type Subject, sameSubject, subjectText } from './link.js';

/** Says how one subject stands. */
export type Explain = (subject: Subject) => Promise<Link>;

/** Links at most: a chain that is longer than any real one has gone astray. */
const longest = 16;

/** Follows from the subject to the one thing that blocks it: the last link says what that is. */
export async function follow(subject: Subject, explain: Explain): Promise<readonly Link[]> {
  const links: Link[] = [];
  let next: Subject | undefined = subject;
  while (next !== undefined && links.length < longest) {
    const about: Subject = next;
    if (links.some((link) => sameSubject(link.about, about))) return [...links, cycle(about)];
    const link = await explain(about);
    // What a subject waits for can be over by the time that it is looked at; then there is nothing more to say.
    if (link.settled && links.length > 0) return links;
    links.push(link);
    next = link.settled ? undefined : link.on;
  }
  return links;
}

function cycle(about: Subject): Link {
  const message = `${subjectText(about)} waits, over others, for itself`;
  return { about, settled: false, reason: 'DependencyCycle', message };
}
