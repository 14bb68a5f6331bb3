import type { Taint } from '../../api/generated/core-v1.js';
import type { KubeObject, ObjectKey } from '../../api/kube-object.js';
import { keyFor } from '../../reconcile/keys.js';
import type { UnseenError } from '../glimpse.js';
import { type Link, type Subject, subjectText } from '../link.js';

/** The subject is as it should be. */
export function settled(about: Subject, message: string): Link {
  return { about, settled: true, reason: 'Settled', message };
}

/** There is no such object. */
export function missing(about: Subject): Link {
  return {
    about,
    settled: false,
    reason: 'NotFound',
    message: 'it does not exist',
    unblockedBy: `create ${subjectText(about)}`,
  };
}

/** Nothing can be said of the subject without what may not be read. */
export function unseenLink(about: Subject, { kind, unseen }: UnseenError): Link {
  const { resource, namespace } = unseen;
  const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
  const what = about.kind === 'dns' ? 'whether it resolves' : 'what it waits for';
  const message =
    kind.kind === about.kind
      ? 'how it stands is not known, as it may not be looked at'
      : `${what} is not known, as ${resource} may not be looked at`;
  return {
    about,
    settled: false,
    reason: 'Forbidden',
    message,
    unblockedBy: `ask as somebody who may get and list ${resource}${where}`,
  };
}

/** There is no such object, and whether a set is to make it cannot be seen. */
export function missingUnseen(about: Subject, error: UnseenError): Link {
  const message = 'it does not exist; whether a set is to make it is not known';
  return { ...missing(about), message, unblockedBy: unseenLink(about, error).unblockedBy };
}

/** Where the object of a subject is. */
export function keyOf({ namespace, name }: Subject): ObjectKey {
  return { namespace, name };
}

/** The key under which a controller knows a subject. */
export function keyOfSubject(about: Subject): string {
  return keyFor(keyOf(about));
}

/** The subject of an object of a kind. */
export function subjectOf(kind: string, { metadata }: KubeObject): Subject {
  return { kind, namespace: metadata?.namespace, name: metadata?.name ?? '' };
}

/** A deleted object that finalizers keep. */
export function heldByFinalizers(about: Subject, finalizers: readonly string[]): Link {
  return {
    about,
    settled: false,
    reason: 'HeldByFinalizers',
    message: `it is being deleted, and kept by the ${finalizersText(finalizers)}`,
    unblockedBy: finalizersOff(about, finalizers),
  };
}

function finalizersText(finalizers: readonly string[]): string {
  return `finalizer${finalizers.length === 1 ? '' : 's'} ${finalizers.join(', ')}`;
}

/** Finalizers that the cluster itself sets and takes off. */
const builtIn = /^(foregroundDeletion|orphan|(.+\.)?kubernetes\.io\/.+)$/;

/** What lets an object go that finalizers keep. */
export function finalizersOff(about: Subject, finalizers: readonly string[]): string {
  if (finalizers.every((finalizer) => builtIn.test(finalizer)))
    return 'what depends on it goes first; then the cluster takes the finalizer off by itself';
  const patch = `'{"metadata":{"finalizers":null}}'`;
  return `whoever set a finalizer takes it off when its work is done; if nobody is left to do it, ${kubectl('patch', about)} --type=merge -p ${patch}`;
}

/** A command of kubectl on an object. */
export function kubectl(verb: string, { kind, namespace, name }: Subject): string {
  const where = namespace === undefined ? '' : ` -n ${namespace}`;
  return `kubectl ${verb}${where} ${kind.toLowerCase()} ${name}`;
}

/** A taint as kubectl writes it: `dedicated=db:NoSchedule`. */
export function taintText({ key, value, effect }: Taint): string {
  return `${key}${value ? `=${value}` : ''}:${effect}`;
}

/** `Pod a`, `Pods a, b`. */
export function podsText(names: readonly (string | undefined)[]): string {
  return `Pod${names.length === 1 ? '' : 's'} ${names.join(', ')}`;
}
