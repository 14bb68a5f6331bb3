import { type FieldError, invalidValue, required } from '../field-error.js';
import type { Event } from '../generated/core-v1.js';
import { dns1123Subdomain, qualifiedName } from '../names.js';
import { checkName } from './common.js';

const maxWord = 128;
const maxMessage = 1024;

function validatePlace({ metadata, involvedObject, eventTime }: Event): FieldError[] {
  const about = involvedObject?.namespace ?? '';
  const at = metadata?.namespace ?? '';
  const newer = Boolean(eventTime);
  const forCluster = newer ? ['default', 'kube-system'] : ['', 'default'];
  const fits = about === '' ? forCluster.includes(at) : newer || about === at;
  return fits ? [] : [invalidValue('involvedObject.namespace', about, 'does not match event.namespace')];
}

function validateWord(path: string, word: string | undefined, mandatory = true): FieldError[] {
  const length = mandatory ? maxWord : maxMessage;
  if (!word) return mandatory ? [required(path)] : [];
  return word.length > length ? [invalidValue(path, '', `can have at most ${length} characters`)] : [];
}

/** Events with a time of their own also say who reports and what is done. */
function validateReport(event: Event): FieldError[] {
  const { reportingComponent } = event;
  return [
    ...(reportingComponent
      ? checkName('reportingComponent', reportingComponent, qualifiedName)
      : [required('reportingComponent')]),
    ...validateWord('reportingInstance', event.reportingInstance),
    ...validateWord('action', event.action),
    ...validateWord('reason', event.reason),
    ...validateWord('message', event.message, false),
  ];
}

/** An Event, new or changed. */
export function validateEvent(event: Event): FieldError[] {
  return [
    ...validatePlace(event),
    ...(event.eventTime ? validateReport(event) : []),
    ...checkName('namespace', event.metadata?.namespace ?? '', dns1123Subdomain),
  ];
}
