import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { messageOf } from '../lib/errors.js';
import type { Connection } from './connection.js';

/** A kubeconfig that cannot be used; the message says which file and entry, and why. */
export class KubeconfigError extends Error {
  override readonly name = 'KubeconfigError';
}

type Fields = Readonly<Record<string, unknown>>;

/** A named entry of a kubeconfig, and the directory that its relative paths start from. */
interface Section {
  readonly name: string;
  readonly fields: Fields;
  readonly directory: string;
}

/** The files of a KUBECONFIG as one: of entries with one name the first counts. */
interface Merged {
  readonly files: readonly string[];
  readonly currentContext: string | undefined;
  readonly clusters: readonly Section[];
  readonly users: readonly Section[];
  readonly contexts: readonly Section[];
}

/** Ways to log in that a kubeconfig may name and that are not implemented, with what to do instead. */
const REFUSED_CREDENTIALS: Readonly<Record<string, string>> = {
  exec: 'credential plugins (`exec`) are not supported yet; use a client certificate or a token',
  'auth-provider':
    'auth providers (OIDC among them) are not supported yet; use a client certificate or a token',
  username: 'Kubernetes no longer accepts user names with passwords; use a client certificate or a token',
  as: 'impersonation (`as`) is not supported yet',
};

/** Reads kubeconfig files and gives the connection of a context, the current one unless named. */
export function loadKubeconfig(files: readonly string[], context?: string): Connection {
  const merged = merge(files);
  const contextName = context ?? merged.currentContext;
  if (contextName === undefined) {
    throw new KubeconfigError(
      `${shown(merged)} has no current-context; name one with \`kubectl config use-context\``,
    );
  }
  const { fields } = find(merged, 'contexts', contextName);
  const cluster = find(merged, 'clusters', textOf(fields['cluster']) ?? '');
  const user = fields['user'] === undefined ? undefined : find(merged, 'users', textOf(fields['user']) ?? '');
  return { ...clusterPart(cluster), ...(user && userPart(user)), namespace: textOf(fields['namespace']) };
}

function merge(files: readonly string[]): Merged {
  const parsed = files.map((file) => ({ directory: dirname(file), content: readYaml(file) }));
  const sections = (list: string, entry: string): readonly Section[] =>
    parsed.flatMap(({ directory, content }) => entriesOf(content[list], entry, directory));
  return {
    files,
    currentContext: parsed
      .map(({ content }) => textOf(content['current-context']))
      .find((name) => name !== undefined),
    clusters: sections('clusters', 'cluster'),
    users: sections('users', 'user'),
    contexts: sections('contexts', 'context'),
  };
}

function readYaml(file: string): Fields {
  try {
    return fieldsOf(parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new KubeconfigError(`could not read the kubeconfig ${file}: ${messageOf(cause)}`, { cause });
  }
}

function entriesOf(list: unknown, entry: string, directory: string): readonly Section[] {
  if (!Array.isArray(list)) return [];
  return list.map(fieldsOf).map((item) => ({
    name: textOf(item['name']) ?? '',
    fields: fieldsOf(item[entry]),
    directory,
  }));
}

function find(merged: Merged, list: 'contexts' | 'clusters' | 'users', name: string): Section {
  const section = merged[list].find((candidate) => candidate.name === name);
  if (section !== undefined) return section;
  const known = merged[list].map((candidate) => candidate.name).join(', ') || 'none';
  throw new KubeconfigError(`${shown(merged)} has no ${list.slice(0, -1)} named "${name}"; it has: ${known}`);
}

function shown(merged: Merged): string {
  return `the kubeconfig ${merged.files.join(':')}`;
}

function clusterPart(cluster: Section): Pick<Connection, 'server' | 'ca' | 'insecure' | 'serverName'> {
  const { fields, name } = cluster;
  if (fields['proxy-url'] !== undefined) {
    throw new KubeconfigError(
      `cluster "${name}" of the kubeconfig asks for a proxy (proxy-url), which is not supported yet`,
    );
  }
  const address = textOf(fields['server']) ?? '';
  if (!URL.canParse(address)) {
    throw new KubeconfigError(
      `cluster "${name}" of the kubeconfig has the server ${JSON.stringify(address)}, which is no URL`,
    );
  }
  return {
    server: new URL(address),
    ca: material(cluster, 'certificate-authority'),
    insecure: fields['insecure-skip-tls-verify'] === true,
    serverName: textOf(fields['tls-server-name']),
  };
}

function userPart(user: Section): Pick<Connection, 'clientCertificate' | 'clientKey' | 'token'> {
  const { fields, name, directory } = user;
  for (const [field, why] of Object.entries(REFUSED_CREDENTIALS)) {
    if (fields[field] !== undefined) throw new KubeconfigError(`user "${name}" of the kubeconfig: ${why}`);
  }
  const tokenFile = textOf(fields['tokenFile']);
  return {
    clientCertificate: material(user, 'client-certificate'),
    clientKey: material(user, 'client-key'),
    token:
      textOf(fields['token']) ?? (tokenFile && readFileSync(resolve(directory, tokenFile), 'utf8').trim()),
  };
}

/** PEM text from `FIELD-data` (base64) or from the file that `FIELD` names; the data counts when both are there. */
function material({ fields, directory, name }: Section, field: string): string | undefined {
  const inline = textOf(fields[`${field}-data`]);
  if (inline !== undefined) return Buffer.from(inline, 'base64').toString();
  const file = textOf(fields[field]);
  if (file === undefined) return undefined;
  try {
    return readFileSync(resolve(directory, file), 'utf8');
  } catch (cause) {
    throw new KubeconfigError(`could not read ${field} of "${name}" in the kubeconfig: ${messageOf(cause)}`, {
      cause,
    });
  }
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
