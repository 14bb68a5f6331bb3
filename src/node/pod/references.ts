import type { Pod } from '../../api/generated/core-v1.js';
import { everyContainer } from '../../api/pods.js';
import { volumeReferences } from '../volumes/index.js';

/** The ConfigMaps, Secrets and claims that a Pod's volumes and containers name: `configmap/NAME`, `secret/NAME`, `claim/NAME`. */
export function referencedObjects(pod: Pod): ReadonlySet<string> {
  const { configMaps, secrets, claims } = volumeReferences(pod);
  const names = new Set<string>();
  const add = (kind: string, name: string | undefined): void => {
    if (name !== undefined) names.add(`${kind}/${name}`);
  };
  for (const name of configMaps) add('configmap', name);
  for (const name of secrets) add('secret', name);
  for (const name of claims) add('claim', name);
  for (const { env = [], envFrom = [] } of everyContainer(pod)) {
    for (const { valueFrom } of env) {
      add('configmap', valueFrom?.configMapKeyRef?.name);
      add('secret', valueFrom?.secretKeyRef?.name);
    }
    for (const { configMapRef, secretRef } of envFrom) {
      add('configmap', configMapRef?.name);
      add('secret', secretRef?.name);
    }
  }
  return names;
}
