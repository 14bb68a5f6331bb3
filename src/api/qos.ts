import type { Container, Pod } from './generated/core-v1.js';
import { compareQuantities } from './quantity.js';

const counted = ['cpu', 'memory'];

function isSet(amount: string | undefined): amount is string {
  return amount !== undefined && compareQuantities(amount, '0') > 0;
}

function hasAny({ resources }: Container): boolean {
  return counted.some((name) => isSet(resources?.limits?.[name]) || isSet(resources?.requests?.[name]));
}

function isGuaranteed({ resources }: Container): boolean {
  return counted.every((name) => {
    const limit = resources?.limits?.[name];
    const request = resources?.requests?.[name] ?? limit;
    return isSet(limit) && isSet(request) && compareQuantities(limit, request) === 0;
  });
}

/** The Pod's class of service, by the CPU and memory that its containers ask for. */
export function qosClassOf(pod: Pod): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
  if (!containers.some(hasAny)) return 'BestEffort';
  return containers.every(isGuaranteed) ? 'Guaranteed' : 'Burstable';
}
