import { without } from '../deep.js';
import type { Secret } from '../generated/core-v1.js';

/** UTF-8 text in base64, without Node's Buffer so that it runs in browsers. */
export function base64Of(text: string): string {
  let bytes = '';
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return btoa(bytes);
}

/** A Secret's defaults; `stringData` is folded into `data`, over which it wins. */
export function defaultSecret(secret: Secret): Secret {
  const typed: Secret = { ...secret, type: secret.type || 'Opaque' };
  if (typed.stringData === undefined || typed.stringData === null) return typed;
  const added = Object.entries(typed.stringData).map(([key, text]) => [key, base64Of(text)]);
  return { ...without(typed, 'stringData'), data: { ...typed.data, ...Object.fromEntries(added) } };
}
