/** Kubernetes' rules for names; each check returns the messages of what is wrong, in Kubernetes' own words. */
export type NameCheck = (value: string) => string[];

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const label1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const qualified = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const labelValue = '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?';
const configKey = '[-._a-zA-Z0-9]+';

const matcher = (text: string): RegExp => new RegExp(`^(?:${text})$`);
const labelShape = matcher(label);
const subdomainShape = matcher(subdomain);
const label1035Shape = matcher(label1035);
const qualifiedShape = matcher(qualified);
const labelValueShape = matcher(labelValue);
const configKeyShape = matcher(configKey);

const ascii = /^[ -~]*$/;

/** The length of a text as Kubernetes counts it. */
export function bytesOf(text: string): number {
  return ascii.test(text) ? text.length : new TextEncoder().encode(text).length;
}

/** Names the limit that a text exceeds. */
function maxLengthMessage(length: number): string {
  return `must be no more than ${length} bytes`;
}

/** Says which expression a text must match, with examples. */
function regexMessage(message: string, expression: string, ...examples: readonly string[]): string {
  if (examples.length === 0) return `${message} (regex used for validation is '${expression}')`;
  const listed = examples.map((example) => `'${example}', `).join(' or ');
  return `${message} (e.g. ${listed}regex used for validation is '${expression}')`;
}

const labelMessage = regexMessage(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  label,
  'my-name',
  '123-abc',
);
const subdomainMessage = regexMessage(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  subdomain,
  'example.com',
);
const label1035Message = regexMessage(
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  label1035,
  'my-name',
  'abc-123',
);
const qualifiedMessage = regexMessage(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  qualified,
  'MyName',
  'my.name',
  '123-abc',
);
const labelValueMessage = regexMessage(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  labelValue,
  'MyValue',
  'my_value',
  '12345',
);
const configKeyMessage = regexMessage(
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  configKey,
  'key.name',
  'KEY_NAME',
  'key-name',
);

const wildcard = `\\*\\.${subdomain}`;
const wildcardShape = matcher(wildcard);
const wildcardMessage = regexMessage(
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
  wildcard,
  '*.example.com',
);
const urlPath = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const urlPathShape = matcher(urlPath);

interface Limit {
  readonly max: number;
  readonly shape: RegExp;
  readonly message: string;
}

function check(value: string, { max, shape, message }: Limit): string[] {
  const errors: string[] = [];
  if (bytesOf(value) > max) errors.push(maxLengthMessage(max));
  if (!shape.test(value)) errors.push(message);
  return errors;
}

/** A DNS label (RFC 1123): Namespaces, container names, hostnames. */
export const dns1123Label: NameCheck = (value) =>
  check(value, { max: 63, shape: labelShape, message: labelMessage });

/** A DNS subdomain (RFC 1123): most object names. */
export const dns1123Subdomain: NameCheck = (value) =>
  check(value, { max: 253, shape: subdomainShape, message: subdomainMessage });

/** A DNS label that begins with a letter (RFC 1035): Service names. */
export const dns1035Label: NameCheck = (value) =>
  check(value, { max: 63, shape: label1035Shape, message: label1035Message });

/** A label's value. */
export const isLabelValue: NameCheck = (value) =>
  check(value, { max: 63, shape: labelValueShape, message: labelValueMessage });

/** A key of labels or annotations: an optional DNS prefix, a slash, and a name. */
export const qualifiedName: NameCheck = (value) => {
  const parts = value.split('/');
  const [first = '', second] = parts;
  if (parts.length > 2) {
    const message = `a qualified name ${qualifiedMessage} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;
    return [message];
  }
  const errors: string[] = [];
  if (second !== undefined) errors.push(...prefixErrors(first));
  const name = second ?? first;
  if (name === '') errors.push('name part must be non-empty');
  else if (bytesOf(name) > 63) errors.push(`name part ${maxLengthMessage(63)}`);
  if (!qualifiedShape.test(name)) errors.push(`name part ${qualifiedMessage}`);
  return errors;
};

function prefixErrors(prefix: string): string[] {
  if (prefix === '') return ['prefix part must be non-empty'];
  return dns1123Subdomain(prefix).map((message) => `prefix part ${message}`);
}

/** A key of a ConfigMap or Secret. */
export const configMapKey: NameCheck = (value) => {
  const errors = check(value, { max: 253, shape: configKeyShape, message: configKeyMessage });
  if (value === '.') errors.push("must not be '.'");
  else if (value === '..') errors.push("must not be '..'");
  else if (value.startsWith('..')) errors.push("must not start with '..'");
  return errors;
};

/** The name of an environment variable: any printable ASCII but '='. */
export const envVarName: NameCheck = (value) =>
  /^[ -<>-~]+$/.test(value)
    ? []
    : [
        regexMessage(
          "a valid environment variable name must consist only of printable ASCII characters other than '='",
          '^[ -<>-~]+$',
        ),
      ];

/** The name of a container's port (an IANA service name). */
export const portName: NameCheck = (value) => {
  const errors: string[] = [];
  if (bytesOf(value) > 15) errors.push(maxLengthMessage(15));
  if (!/^[-a-z0-9]+$/.test(value))
    errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(value)) errors.push('must contain at least one letter (a-z)');
  if (value.includes('--')) errors.push('must not contain consecutive hyphens');
  if (value.startsWith('-') || value.endsWith('-')) errors.push('must not begin or end with a hyphen');
  return errors;
};

/** A port number. */
export function portNumber(value: number): string[] {
  return Number.isInteger(value) && value >= 1 && value <= 65535
    ? []
    : ['must be between 1 and 65535, inclusive'];
}

/** A name that may be one segment of a path: RBAC objects. */
export const pathSegment: NameCheck = (value) => {
  if (value === '.' || value === '..') return [`may not be '${value}'`];
  return ['/', '%'].filter((text) => value.includes(text)).map((text) => `may not contain '${text}'`);
};

/** A DNS subdomain below any one label: hosts of an Ingress. */
export const wildcardSubdomain: NameCheck = (value) =>
  check(value, { max: 253, shape: wildcardShape, message: wildcardMessage });

/** A path below a domain, `acme.io/foo`: controllers and those who manage. */
export const domainPrefixedPath: NameCheck = (value) => {
  const [host = '', ...rest] = value.split('/');
  const path = rest.join('/');
  if (host === '' || path === '') return ['must be a domain-prefixed path (such as "acme.io/foo")'];
  if (!urlPathShape.test(path)) return [regexMessage('Invalid path', urlPath)];
  return dns1123Subdomain(host);
};
