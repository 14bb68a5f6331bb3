/** The three ways in which Kubernetes writes a quantity; a value keeps the way in which it was written. */
export type QuantityFormat = 'BinarySI' | 'DecimalSI' | 'DecimalExponent';

/** A parsed quantity, exact to a billionth of its unit. */
export interface QuantityValue {
  /** The amount in billionths (1e-9). */
  readonly nano: bigint;
  readonly format: QuantityFormat;
}

/** Thrown for text that is not a quantity; the message is Kubernetes' own. */
export class QuantityError extends Error {
  override readonly name = 'QuantityError';
}

const wrongFormat =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const shape = /^([+-]?)(\d*)(?:\.(\d*))?([a-zA-Z]*)([-+]?\d*)$/;
const nanoPerUnit = 1_000_000_000n;
const largest = (2n ** 63n - 1n) * nanoPerUnit;

const binaryPowers: Readonly<Record<string, number>> = { Ki: 1, Mi: 2, Gi: 3, Ti: 4, Pi: 5, Ei: 6 };
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const decimalExponents: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const decimalSuffixes = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];

interface Scale {
  readonly format: QuantityFormat;
  readonly binary: number;
  readonly decimal: number;
}

function scaleOf(letters: string, digits: string): Scale {
  if ((letters === 'e' || letters === 'E') && /\d/.test(digits)) {
    return { format: 'DecimalExponent', binary: 0, decimal: Number(digits) };
  }
  if (digits !== '') throw new QuantityError(wrongFormat);
  const binary = binaryPowers[letters];
  if (binary !== undefined) return { format: 'BinarySI', binary, decimal: 0 };
  const decimal = decimalExponents[letters];
  if (decimal === undefined) throw new QuantityError("unable to parse quantity's suffix");
  return { format: 'DecimalSI', binary: 0, decimal };
}

/** Division that rounds away from zero for the non-negative numbers used here. */
function divideUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}

/** Quantities come in few forms, and each is parsed many times on its way; a bound keeps strangers from filling the memory. */
const known = new Map<string | number, QuantityValue>();
const knownLimit = 1000;
const knownLength = 32;

/** Parses a quantity as Kubernetes does: what is finer than a billionth rounds up, what exceeds 2^63-1 is capped. */
export function parseQuantity(text: string | number): QuantityValue {
  const found = known.get(text);
  if (found !== undefined) return found;
  const value = parse(text);
  if (typeof text === 'string' && text.length > knownLength) return value;
  if (known.size >= knownLimit) known.clear();
  known.set(text, value);
  return value;
}

function parse(text: string | number): QuantityValue {
  const match = shape.exec(String(text).trim());
  if (!match) throw new QuantityError(wrongFormat);
  const [, sign = '', whole = '', fraction = '', letters = '', digits = ''] = match;
  if (whole === '' && fraction === '') throw new QuantityError(wrongFormat);
  const scale = scaleOf(letters, digits);
  if (Math.abs(scale.decimal) > 100) throw new QuantityError('unable to parse numeric part of quantity');
  const mantissa = BigInt(whole + fraction) * 1024n ** BigInt(scale.binary);
  const exponent = scale.decimal - fraction.length + 9;
  const nano =
    exponent >= 0 ? mantissa * 10n ** BigInt(exponent) : divideUp(mantissa, 10n ** BigInt(-exponent));
  const capped = nano > largest ? largest : nano;
  const small = capped > 0n && capped < nanoPerUnit;
  const format = scale.format === 'BinarySI' && small ? 'DecimalSI' : scale.format;
  return { nano: sign === '-' ? -capped : capped, format };
}

/** True when the text is a quantity. */
export function isQuantity(text: string | number): boolean {
  try {
    parseQuantity(text);
    return true;
  } catch {
    return false;
  }
}

/** Accepts text or a parsed value. */
export type QuantityLike = string | number | QuantityValue;

function parsed(quantity: QuantityLike): QuantityValue {
  return typeof quantity === 'object' ? quantity : parseQuantity(quantity);
}

/** Negative, zero or positive as `a` is less than, equal to or more than `b`. */
export function compareQuantities(a: QuantityLike, b: QuantityLike): number {
  const difference = parsed(a).nano - parsed(b).nano;
  if (difference === 0n) return 0;
  return difference < 0n ? -1 : 1;
}

function formatBinary(nano: bigint): string {
  let units = divideUp(nano, nanoPerUnit);
  let power = 0;
  while (power < 6 && units % 1024n === 0n) {
    units /= 1024n;
    power += 1;
  }
  return `${units}${binarySuffixes[power]}`;
}

function formatDecimal(nano: bigint, format: QuantityFormat): string {
  let digits = nano;
  let step = 0;
  while (digits % 1000n === 0n && (format === 'DecimalExponent' || step < 9)) {
    digits /= 1000n;
    step += 1;
  }
  if (format === 'DecimalSI') return `${digits}${decimalSuffixes[step]}`;
  const exponent = step * 3 - 9;
  return exponent === 0 ? `${digits}` : `${digits}e${exponent}`;
}

/** Writes a quantity in Kubernetes' canonical form: no fraction, the largest suffix that loses nothing. */
export function formatQuantity(quantity: QuantityLike): string {
  const { nano, format } = parsed(quantity);
  if (nano === 0n) return '0';
  const magnitude = nano < 0n ? -nano : nano;
  const sign = nano < 0n ? '-' : '';
  const binary = format === 'BinarySI' && magnitude >= 1024n * nanoPerUnit;
  if (binary) return sign + formatBinary(magnitude);
  return sign + formatDecimal(magnitude, format === 'BinarySI' ? 'DecimalSI' : format);
}

/** The canonical form of a quantity's text; text that is no quantity comes back as it is. */
export function canonicalQuantity(text: string | number): string {
  try {
    return formatQuantity(parseQuantity(text));
  } catch {
    return String(text);
  }
}

/** The sum of quantities, in the format of the first. */
export function addQuantities(...quantities: readonly QuantityLike[]): QuantityValue {
  const values = quantities.map(parsed);
  const nano = values.reduce((sum, value) => sum + value.nano, 0n);
  return { nano, format: values[0]?.format ?? 'DecimalSI' };
}

/** The quantity as a JavaScript number, in its own unit (cores, bytes, ...). */
export function quantityToNumber(quantity: QuantityLike): number {
  const { nano } = parsed(quantity);
  return Number(nano / nanoPerUnit) + Number(nano % nanoPerUnit) / 1e9;
}

/** The quantity as whole bytes, rounded up. */
export function quantityToBytes(quantity: QuantityLike): bigint {
  const { nano } = parsed(quantity);
  return nano <= 0n ? nano / nanoPerUnit : divideUp(nano, nanoPerUnit);
}

/** The quantity in thousandths, rounded up: CPU as millicores. */
export function quantityToMilli(quantity: QuantityLike): number {
  const { nano } = parsed(quantity);
  return Number(nano <= 0n ? nano / 1_000_000n : divideUp(nano, 1_000_000n));
}
