import { type FieldError, forbidden, invalidValue, notSupported } from '../../api/field-error.js';
import { fateAnnotations, fatePrefix, lostAnnotation, neverStartReasons } from './annotations.js';

type Annotations = Readonly<Record<string, string>>;
type Rule = (field: string, value: string) => FieldError | undefined;

/** The longest time that a timer of Node.js takes. */
const longestMs = 2 ** 31 - 1;
/** Each change of readiness is a write to the API, whose times are whole seconds. */
const shortestWaveMs = 1000;

const time =
  (leastMs = 0): Rule =>
  (field, value) => {
    const isRight = /^\d{1,10}$/.test(value) && Number(value) >= leastMs && Number(value) <= longestMs;
    const detail = `must be whole milliseconds from ${leastMs} to ${longestMs}`;
    return isRight ? undefined : invalidValue(field, value, detail);
  };

const oneOf =
  (allowed: readonly string[]): Rule =>
  (field, value) =>
    allowed.includes(value) ? undefined : notSupported(field, value, allowed);

const truth = oneOf(['true', 'false']);

const exitCode: Rule = (field, value) => {
  const code = /^exit (\d{1,3})$/.exec(value)?.[1];
  const isRight = code !== undefined && Number(code) <= 255;
  return isRight
    ? undefined
    : invalidValue(field, value, 'must be "exit" and a code from 0 to 255: "exit 1"');
};

const count: Rule = (field, value) =>
  /^[1-9]\d{0,5}$/.test(value)
    ? undefined
    : invalidValue(field, value, 'must be a whole number from 1 to 999999');

const text: Rule = (field, value) =>
  value.trim() === '' ? invalidValue(field, value, 'must say why it is evicted') : undefined;

const { startAfterMs, neverStart, readyAfterMs, neverReady, unreadyAfterMs, readyAgainAfterMs } =
  fateAnnotations;
const { runForMs, fail, failTimes, evict, stopAfterMs } = fateAnnotations;

const podRules: Readonly<Record<string, Rule>> = {
  [startAfterMs]: time(),
  [neverStart]: oneOf(neverStartReasons),
  [readyAfterMs]: time(),
  [neverReady]: truth,
  [unreadyAfterMs]: time(shortestWaveMs),
  [readyAgainAfterMs]: time(shortestWaveMs),
  [runForMs]: time(),
  [fail]: exitCode,
  [failTimes]: count,
  [evict]: text,
  [stopAfterMs]: time(),
};

/** What does nothing without another: the one that is needed. */
const needs: Readonly<Record<string, string>> = { [readyAgainAfterMs]: unreadyAfterMs, [failTimes]: fail };

/** What cannot come about together: the later ones of a line would do nothing beside its first. */
const excluding: readonly (readonly [string, readonly string[]])[] = [
  [
    neverStart,
    [readyAfterMs, neverReady, unreadyAfterMs, readyAgainAfterMs, runForMs, fail, failTimes, evict],
  ],
  [neverReady, [unreadyAfterMs]],
  [fail, [evict]],
];

/** What is wrong with the fate that a Pod's annotations describe; `path` is where they stand. */
export function fateErrors(annotations: Annotations, path: string): readonly FieldError[] {
  const given = Object.keys(annotations).filter((key) => key.startsWith(fatePrefix));
  if (given.length === 0) return [];
  const at = (key: string): string => `${path}[${key}]`;
  const alone = given.flatMap((key) => ofOne(key, annotations[key] ?? '', at(key)) ?? []);
  return alone.length > 0 ? alone : together(annotations, at);
}

function ofOne(key: string, value: string, field: string): FieldError | undefined {
  if (key === lostAnnotation) return forbidden(field, 'it is for Nodes');
  const rule = podRules[key];
  if (rule !== undefined) return rule(field, value);
  const known = Object.keys(podRules).map((name) => name.slice(fatePrefix.length));
  return forbidden(field, `no such rule; there are ${known.join(', ')}`);
}

function together(annotations: Annotations, at: (key: string) => string): readonly FieldError[] {
  const has = (key: string): boolean => annotations[key] !== undefined && annotations[key] !== 'false';
  const lacking = Object.entries(needs)
    .filter(([key, needed]) => has(key) && !has(needed))
    .map(([key, needed]) => forbidden(at(key), `does nothing without ${needed}`));
  const idle = excluding
    .filter(([first]) => has(first))
    .flatMap(([first, others]) =>
      others.filter(has).map((key) => forbidden(at(key), `does nothing beside ${first}`)),
    );
  return [...lacking, ...idle];
}

/** What is wrong with a Node's annotations. */
export function nodeErrors(annotations: Annotations, path: string): readonly FieldError[] {
  return Object.entries(annotations)
    .filter(([key]) => key.startsWith(fatePrefix))
    .flatMap(([key, value]) => {
      const field = `${path}[${key}]`;
      if (key !== lostAnnotation) return forbidden(field, `a Node has ${lostAnnotation} only`);
      return truth(field, value) ?? [];
    });
}
