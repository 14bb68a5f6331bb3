import { addingChapter } from './adding.js';
import { refusedChapter } from './refused.js';
import { servedChapter } from './served.js';

/** The page about the API, `docs/api.md`. */
export function apiPage(): string {
  const head = [
    '<!-- Made by `npm run verify -- --write` from the tables in the code. Do not edit. -->',
    '',
    '# The API',
    '',
    'The API server speaks the Kubernetes API of version 1.36: the same paths, defaults, rules, words and tables, for the kinds',
    'below. This page is made from the tables by which the server works, so that it says what is so.',
  ].join('\n');
  return `${[head, servedChapter(), refusedChapter(), addingChapter()].join('\n\n')}\n`;
}
