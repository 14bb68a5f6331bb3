import type { Tags } from 'yaml';
import { countKeys } from '../../api/json.js';
import { badRequest } from '../../api/status-error.js';
import { messageOf } from '../../lib/errors.js';

/** A document, and what only strict reading finds wrong with it. */
export interface YamlDocument {
  readonly value: unknown;
  /** Keys that stand twice, in the words of Go's YAML; of such a key the last value counts. */
  readonly strict: readonly string[];
}

/** Values that JSON does not have stay the text that they are: a date is a string, as in every manifest. */
const asText = new Set(['tag:yaml.org,2002:timestamp', 'tag:yaml.org,2002:binary', 'tag:yaml.org,2002:set']);

function withoutText(tags: Tags): Tags {
  return tags.filter((tag) => typeof tag === 'string' || !asText.has(tag.tag));
}

/**
 * Reads YAML 1.1 as Go's library does: `yes` and `on` are true, 0644 is octal, `<<` merges. What cannot be JSON is
 * refused, and so is an alias that unfolds without end.
 */
export async function parseYaml(text: string): Promise<YamlDocument> {
  const yaml = await import('yaml');
  checkDepth(yaml, text);
  try {
    const document = yaml.parseDocument(text, { version: '1.1', merge: true, customTags: withoutText });
    const [twice, wrong] = [true, false].map((duplicate) =>
      document.errors.filter(({ code }) => (code === 'DUPLICATE_KEY') === duplicate),
    );
    const [first] = wrong ?? [];
    if (first !== undefined) throw first;
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    countKeys({ value });
    return { value, strict: (twice ?? []).map(({ linePos }) => duplicateKey(text, linePos?.[0])) };
  } catch (error) {
    if (error instanceof Error && error.name === 'StatusError') throw error;
    throw badRequest(`error converting YAML to JSON: yaml: ${messageOf(error)}`, error);
  }
}

/** Deeper documents are refused: the library recurses, and a stack that overflows inside a regular expression ends the process. */
const maxDepth = 250;

function checkDepth({ Lexer, Parser }: typeof import('yaml'), text: string): void {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    for (const _token of parser.next(lexeme));
    if (parser.stack.length > maxDepth)
      throw badRequest(`error converting YAML to JSON: yaml: exceeded max depth of ${maxDepth}`);
  }
}

function duplicateKey(text: string, at: { readonly line: number; readonly col: number } | undefined): string {
  const { line = 0, col = 1 } = at ?? {};
  const rest = text.split('\n')[line - 1]?.slice(col - 1) ?? '';
  const key = /^["']?([^:"']*)/.exec(rest)?.[1]?.trim() ?? '';
  return `yaml: unmarshal errors:\n  line ${line}: key ${JSON.stringify(key)} already set in map`;
}
