/** One condition of a field selector. */
export interface FieldRequirement {
  readonly field: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}

/** Thrown for text that is not a field selector; it is the caller's error (400). */
export class FieldSelectorError extends Error {
  override readonly name = 'FieldSelectorError';
}

/** Splits at commas that no backslash protects. */
function terms(text: string): string[] {
  const list: string[] = [];
  let current = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    if (char === '\\') {
      current += char + (text[i + 1] ?? '');
      i += 1;
    } else if (char === ',') {
      list.push(current);
      current = '';
    } else current += char;
  }
  return [...list, current].filter((term) => term !== '');
}

function unescapeValue(value: string): string {
  const wrong = /\\(?![\\,=])/.exec(value);
  if (wrong) throw new FieldSelectorError(`invalid field selector: invalid escape sequence in "${value}"`);
  return value.replaceAll(/\\([\\,=])/g, '$1');
}

/** Parses the text of a field selector (`a.b=c,d!=e`); throws `FieldSelectorError`. */
export function parseFieldSelector(text: string): FieldRequirement[] {
  return terms(text).map((term) => {
    const match = /^([^=!]*)(==|!=|=)(.*)$/s.exec(term);
    if (!match) throw new FieldSelectorError(`invalid selector: '${text}'; can't understand '${term}'`);
    const [, field = '', operator = '=', value = ''] = match;
    return { field, operator: operator === '!=' ? '!=' : '=', value: unescapeValue(value) };
  });
}
