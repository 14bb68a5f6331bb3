import type {
  ConfigMap,
  PersistentVolume,
  PersistentVolumeClaim,
  Secret,
  Service,
} from '../../api/generated/core-v1.js';

/** What other objects say, as the caches have them; undefined when there is no such object. */
export interface Lookups {
  configMap(namespace: string, name: string): ConfigMap | undefined;
  secret(namespace: string, name: string): Secret | undefined;
  claim(namespace: string, name: string): PersistentVolumeClaim | undefined;
  volume(name: string): PersistentVolume | undefined;
  services(namespace: string): readonly Service[];
}

/** The values of a ConfigMap, as bytes. */
export function configMapData(object: ConfigMap): ReadonlyMap<string, Buffer> {
  const texts = Object.entries(object.data ?? {}).map(([key, value]) => [key, Buffer.from(value)] as const);
  const binaries = Object.entries(object.binaryData ?? {}).map(
    ([key, value]) => [key, Buffer.from(value, 'base64')] as const,
  );
  return new Map([...texts, ...binaries]);
}

/** The values of a Secret, as bytes. */
export function secretData(object: Secret): ReadonlyMap<string, Buffer> {
  return new Map(
    Object.entries(object.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64')]),
  );
}
