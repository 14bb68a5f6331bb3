import { formatQuantity, parseQuantity } from '../quantity.js';
import type { FieldSchema } from '../schema/types.js';
import type { Findings } from './findings.js';

const int32Max = 2 ** 31;

/**
 * Checks a value that is not a list, a map or an object, and gives the form in which it is stored: quantities and
 * times have one canonical text each.
 */
export function checkScalar(value: unknown, field: FieldSchema, findings: Findings): unknown {
  switch (field.type) {
    case 'string':
      if (typeof value !== 'string') return refuse(value, field, findings);
      return field.format === 'byte' ? checkBase64(value, findings) : value;
    case 'boolean':
      return typeof value === 'boolean' ? value : refuse(value, field, findings);
    case 'integer':
      return isInteger(value, field) ? value : refuse(value, field, findings);
    case 'number':
      return typeof value === 'number' ? value : refuse(value, field, findings);
    case 'int-or-string':
      return typeof value === 'string' || isInteger(value, { type: 'integer', format: 'int32' })
        ? value
        : refuse(value, field, findings);
    case 'quantity':
      return checkQuantity(value, field, findings);
    case 'time':
    case 'micro-time':
      return checkTime(value, field, findings);
    default:
      return value;
  }
}

/** What Go's decoder makes of a JSON null where no absence is possible: the zero of the type. */
export function zeroOf(field: FieldSchema): unknown {
  switch (field.type) {
    case 'string':
      return '';
    case 'integer':
    case 'number':
    case 'int-or-string':
      return 0;
    case 'boolean':
      return false;
    case 'quantity':
      return '0';
    case 'array':
      return [];
    case 'map':
    case 'object':
      return {};
    default:
      return null;
  }
}

function refuse(value: unknown, field: FieldSchema, findings: Findings): unknown {
  findings.wrongType(value, field);
  return value;
}

function isInteger(value: unknown, field: FieldSchema): boolean {
  if (typeof value !== 'number' || !Number.isInteger(value)) return false;
  return field.format !== 'int32' || (value >= -int32Max && value < int32Max);
}

function checkBase64(value: string, findings: Findings): string {
  const text = value.replaceAll(/[\r\n]/g, '');
  const wrong = /[^A-Za-z0-9+/=]|=(?!=?$)/.exec(text);
  if (wrong !== null) findings.malformed(`illegal base64 data at input byte ${wrong.index}`);
  else if (text.length % 4 !== 0)
    findings.malformed(`illegal base64 data at input byte ${text.length - (text.length % 4)}`);
  return text;
}

function checkQuantity(value: unknown, field: FieldSchema, findings: Findings): unknown {
  if (typeof value !== 'string' && typeof value !== 'number') return refuse(value, field, findings);
  try {
    return formatQuantity(parseQuantity(value));
  } catch (error) {
    findings.malformed(error instanceof Error ? error.message : String(error));
    return value;
  }
}

const rfc3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

function checkTime(value: unknown, field: FieldSchema, findings: Findings): unknown {
  if (typeof value !== 'string') return refuse(value, field, findings);
  const match = rfc3339.exec(value);
  const [, seconds = '', fraction = '', zone = ''] = match ?? [];
  const moment = new Date(`${seconds}${zone}`);
  if (match === null || Number.isNaN(moment.getTime())) {
    const layout = field.type === 'time' ? '2006-01-02T15:04:05Z07:00' : '2006-01-02T15:04:05.000000Z07:00';
    findings.malformed(
      `parsing time ${JSON.stringify(value)} as "${layout}": cannot parse ${JSON.stringify(value)}`,
    );
    return value;
  }
  const whole = moment.toISOString().slice(0, 19);
  return field.type === 'time' ? `${whole}Z` : `${whole}.${fraction.padEnd(6, '0').slice(0, 6)}Z`;
}
