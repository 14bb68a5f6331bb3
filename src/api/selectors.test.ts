import { describe, expect, it } from 'vitest';
import { FieldSelectorError, parseFieldSelector } from './field-selector-text.js';
import {
  labelSelectorOf,
  matchesLabels,
  parseLabelSelector,
  SelectorError,
  selectorText,
} from './selectors.js';

const labels = { app: 'mysql', tier: 'db', version: '8', empty: '' };

describe('label selectors', () => {
  it.each([
    ['', true],
    ['app=mysql', true],
    ['app==mysql', true],
    ['app = mysql , tier = db', true],
    ['app=other', false],
    ['app!=mysql', false],
    ['nope!=mysql', true],
    ['app in (mysql, mariadb)', true],
    ['app in (a,b)', false],
    ['app notin (a,b)', true],
    ['nope notin (a)', true],
    ['nope in (a)', false],
    ['app', true],
    ['nope', false],
    ['!nope', true],
    ['!app', false],
    ['version>7', true],
    ['version<8', false],
    ['empty=', true],
    ['empty', true],
    ['app in (mysql),!nope,tier', true],
    ['kubernetes.io/name=x', false],
  ])('%j holds: %s', (text, want) => {
    expect(matchesLabels(parseLabelSelector(text), labels)).toBe(want);
  });

  it.each(['a=b=c', 'a in b', 'a in (b', ',', 'a,', '!', 'a b', '=x', 'bad key!', 'a=-', 'a>x', 'a/b/c=d'])(
    '%j is refused',
    (text) => {
      expect(() => parseLabelSelector(text)).toThrow(SelectorError);
    },
  );

  it('prints in order of keys', () => {
    expect(selectorText(parseLabelSelector('z,b in (y,x),!c,a!=1,d=2'))).toBe('a!=1,b in (x,y),!c,d=2,z');
    expect(selectorText(parseLabelSelector(''))).toBe('');
  });

  it('tells absent from empty', () => {
    expect(matchesLabels(labelSelectorOf(undefined), labels)).toBe(false);
    expect(matchesLabels(labelSelectorOf({}), labels)).toBe(true);
  });

  it('reads selector objects', () => {
    const selector = labelSelectorOf({
      matchLabels: { app: 'mysql' },
      matchExpressions: [
        { key: 'tier', operator: 'In', values: ['web', 'db'] },
        { key: 'gone', operator: 'DoesNotExist' },
      ],
    });
    expect(matchesLabels(selector, labels)).toBe(true);
    expect(selectorText(selector)).toBe('app=mysql,!gone,tier in (db,web)');
    expect(() => labelSelectorOf({ matchExpressions: [{ key: 'a', operator: 'constructor' }] })).toThrow(
      SelectorError,
    );
  });

  it('does not take inherited names for labels', () => {
    expect(matchesLabels(parseLabelSelector('constructor'), {})).toBe(false);
  });
});

describe('field selectors', () => {
  it('reads conditions', () => {
    expect(parseFieldSelector('a.b=c,d!=e,f==g,h=')).toEqual([
      { field: 'a.b', operator: '=', value: 'c' },
      { field: 'd', operator: '!=', value: 'e' },
      { field: 'f', operator: '=', value: 'g' },
      { field: 'h', operator: '=', value: '' },
    ]);
    expect(parseFieldSelector('')).toEqual([]);
    expect(parseFieldSelector('a=b\\,c\\=d')).toEqual([{ field: 'a', operator: '=', value: 'b,c=d' }]);
  });

  it('refuses the rest', () => {
    expect(() => parseFieldSelector('a')).toThrow(FieldSelectorError);
    expect(() => parseFieldSelector('a=\\x')).toThrow(FieldSelectorError);
  });
});
