import type { Container, Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { everyContainer, isPodFinished } from '../../api/pods.js';
import type { Link, Subject } from '../link.js';
import type { Reader } from '../reader.js';
import { heldByFinalizers, keyOf, missing, podsText, settled } from './common.js';

type ConfigKind = 'ConfigMap' | 'Secret';

/** A reference that a Pod may do without is none that it waits for. */
interface Reference {
  readonly name?: string | undefined;
  readonly optional?: boolean | undefined;
}

/** A ConfigMap, and the Pods that use it or wait for it. */
export function explainConfigMap(about: Subject, reader: Reader): Promise<Link> {
  return explainConfig('ConfigMap', about, reader);
}

/** A Secret, and the Pods that use it or wait for it. */
export function explainSecret(about: Subject, reader: Reader): Promise<Link> {
  return explainConfig('Secret', about, reader);
}

async function explainConfig(kind: ConfigKind, about: Subject, reader: Reader): Promise<Link> {
  const object = await reader.get(kinds[kind], keyOf(about));
  const pods = await reader.ifSeen(() => reader.list(kinds.Pod, about.namespace));
  const users = (pods.known ? pods.value : []).filter(
    (pod) => !isPodFinished(pod) && uses(kind, pod, about.name),
  );
  const names = users.length === 0 ? '' : podsText(users.map(({ metadata }) => metadata?.name));
  if (object === undefined) {
    const none = missing(about);
    return names === '' ? none : { ...none, message: `${none.message}, and is needed by ${names}` };
  }
  const { deletionTimestamp, finalizers = [] } = object.metadata ?? {};
  if (deletionTimestamp !== undefined) return heldByFinalizers(about, finalizers);
  const unused = pods.known ? 'no Pod uses it' : 'which Pods use it is not known';
  return settled(about, names === '' ? `it is there; ${unused}` : `it is there, and used by ${names}`);
}

function uses(kind: ConfigKind, pod: Pod, name: string): boolean {
  const references = [
    ...volumeReferences(kind, pod),
    ...everyContainer(pod).flatMap((one) => envReferences(kind, one)),
  ];
  return references.some((reference) => reference?.name === name && reference.optional !== true);
}

function volumeReferences(kind: ConfigKind, { spec }: Pod): readonly (Reference | undefined)[] {
  return (spec?.volumes ?? []).flatMap(({ configMap, secret, projected }) => [
    kind === 'ConfigMap' ? configMap : secret && { name: secret.secretName, optional: secret.optional },
    ...(projected?.sources ?? []).map((source) => (kind === 'ConfigMap' ? source.configMap : source.secret)),
  ]);
}

function envReferences(
  kind: ConfigKind,
  { env = [], envFrom = [] }: Container,
): readonly (Reference | undefined)[] {
  const isMap = kind === 'ConfigMap';
  return [
    ...env.map(({ valueFrom }) => (isMap ? valueFrom?.configMapKeyRef : valueFrom?.secretKeyRef)),
    ...envFrom.map(({ configMapRef, secretRef }) => (isMap ? configMapRef : secretRef)),
  ];
}
