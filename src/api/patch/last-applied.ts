import { canonicalJson, isObject, type JsonObject } from '../deep.js';

/** The annotation in which kubectl keeps what it applied last. */
export const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';

function annotationsOf(object: JsonObject): Record<string, unknown> {
  const metadata = object['metadata'];
  const annotations = isObject(metadata) ? metadata['annotations'] : undefined;
  return isObject(annotations) ? { ...annotations } : {};
}

function withAnnotations(object: JsonObject, annotations: JsonObject): JsonObject {
  const metadata = object['metadata'];
  return { ...object, metadata: { ...(isObject(metadata) ? metadata : {}), annotations } };
}

/** Go's JSON encoder escapes what HTML would read; the annotation must be equal to the byte. */
function escapeLikeGo(json: string): string {
  return json.replaceAll(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * The manifest with kubectl's last-applied annotation, equal to the byte to what kubectl writes, so that a later
 * `kubectl apply` of the same manifest finds nothing to change. The manifest must carry its namespace already.
 */
export function withLastApplied(manifest: JsonObject): JsonObject {
  const annotations = annotationsOf(manifest);
  delete annotations[lastAppliedAnnotation];
  const text = `${escapeLikeGo(canonicalJson(withAnnotations(manifest, annotations)))}\n`;
  return withAnnotations(manifest, { ...annotations, [lastAppliedAnnotation]: text });
}

/** What was applied to an object last time; undefined when it was never applied or the annotation is broken. */
export function lastAppliedOf(object: JsonObject): JsonObject | undefined {
  const text = annotationsOf(object)[lastAppliedAnnotation];
  if (typeof text !== 'string') return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
