import type { Recipe } from './recipe.js';

/** What a descriptor points at. */
export interface Blob {
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

/** A finished layer. */
export interface Layer extends Blob {
  readonly mediaType: string;
  /** Digest of the uncompressed archive. */
  readonly diffId: string;
}

/** An image's JSON documents, ready to be stored under their digests. */
export interface ImageFacts {
  readonly recipe: Recipe;
  readonly recipeHash: string;
  readonly version: string;
  /** Versions of all packages in the image. */
  readonly packages: Readonly<Record<string, string>>;
  /** In Go's words: `amd64`, `arm64`. */
  readonly architecture: string;
  readonly layers: readonly Layer[];
}

/** Labels of our own begin with this. */
export const LABEL_PREFIX = 'dev.holdfast.';

/** Images of recipes are named so: a registry that no network has. */
export const RECIPE_DOMAIN = 'holdfast.local';

/** The names under which an image of a recipe is stored in a node. */
export function recipeReferences(name: string, version: string): readonly [string, string] {
  return [`${RECIPE_DOMAIN}/${name}:${version}`, `${RECIPE_DOMAIN}/${name}:latest`];
}

function emptyObjects(keys: readonly string[]): Readonly<Record<string, object>> | undefined {
  return keys.length === 0 ? undefined : Object.fromEntries(keys.map((key) => [key, {}]));
}

function orNothing<T extends { readonly length: number }>(value: T): T | undefined {
  return value.length === 0 ? undefined : value;
}

/** Labels: what the recipe gives, and the exact versions of the packages that it names. */
export function imageLabels(facts: ImageFacts): Readonly<Record<string, string>> {
  const { recipe, packages } = facts;
  const versions = recipe.packages.map((name) => [`${LABEL_PREFIX}package.${name}`, packages[name] ?? '']);
  return {
    ...recipe.config.labels,
    'org.opencontainers.image.version': facts.version,
    [`${LABEL_PREFIX}recipe`]: recipe.name,
    [`${LABEL_PREFIX}recipe-hash`]: facts.recipeHash,
    ...Object.fromEntries(versions),
  };
}

/** The image configuration; without a time, so that equal content has an equal digest. */
export function configDocument(facts: ImageFacts): object {
  const { config } = facts.recipe;
  return {
    architecture: facts.architecture,
    os: 'linux',
    config: {
      User: orNothing(config.user),
      ExposedPorts: emptyObjects(config.exposedPorts),
      Env: Object.entries(config.env).map(([name, value]) => `${name}=${value}`),
      Entrypoint: orNothing(config.entrypoint),
      Cmd: orNothing(config.cmd),
      Volumes: emptyObjects(config.volumes),
      WorkingDir: config.workingDir,
      Labels: imageLabels(facts),
      StopSignal: orNothing(config.stopSignal),
    },
    rootfs: { type: 'layers', diff_ids: facts.layers.map(({ diffId }) => diffId) },
    history: facts.layers.map(() => ({ created_by: `holdfast recipe ${facts.recipe.name}` })),
  };
}

/** The image manifest. */
export function manifestDocument(config: Blob, layers: readonly Layer[]): object {
  return {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: config.digest,
      size: config.size,
    },
    layers: layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
  };
}

/** `index.json` of the layout: one entry a name, all of the same manifest. */
export function indexDocument(manifest: Blob, references: readonly string[], architecture: string): object {
  return {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: references.map((reference) => ({
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: manifest.digest,
      size: manifest.size,
      platform: { architecture, os: 'linux' },
      annotations: {
        'io.containerd.image.name': reference,
        'org.opencontainers.image.ref.name': reference.slice(reference.lastIndexOf(':') + 1),
      },
    })),
  };
}
