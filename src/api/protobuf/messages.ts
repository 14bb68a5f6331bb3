import { fieldNumbers } from './generated/numbers.js';

/** How one field of a message is read. `name` is undefined when JSON holds its fields in the object itself. */
export interface MessageField {
  readonly name: string | undefined;
  readonly shape: 'single' | 'list' | 'map';
  /** A scalar (`string`, `bytes`, `bool`, `int`, `double`) or the name of a message. */
  readonly type: string;
}

const parsed = new Map<string, ReadonlyMap<number, MessageField>>();

function parse(text: string): ReadonlyMap<number, MessageField> {
  const fields = text.split('|').filter((part) => part !== '');
  return new Map(
    fields.map((part): [number, MessageField] => {
      const [number = '', name = '', kind = ''] = part.split(' ');
      const shape = kind.startsWith('[]') ? 'list' : kind.startsWith('map:') ? 'map' : 'single';
      const type = kind.replace(/^(\[\]|map:)/, '');
      return [Number(number), { name: name === '-' ? undefined : name, shape, type }];
    }),
  );
}

/** The fields of a message by number; undefined for a message that is not known. */
export function messageFields(message: string): ReadonlyMap<number, MessageField> | undefined {
  const known = parsed.get(message);
  if (known !== undefined) return known;
  const text = Object.hasOwn(fieldNumbers, message) ? fieldNumbers[message] : undefined;
  if (text === undefined) return undefined;
  const fields = parse(text);
  parsed.set(message, fields);
  return fields;
}
