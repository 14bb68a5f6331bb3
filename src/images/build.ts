import { createHash } from 'node:crypto';
import { chmod, cp, lstat, mkdir, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { CommandError, run } from '../lib/run.js';
import { findDebianMirror } from './debian-mirror.js';
import { writeLayer } from './layer.js';
import { runLines } from './lines.js';
import { type BuildPlaces, mmdebstrapArguments, parsePackages, sourceLine } from './mmdebstrap.js';
import {
  type Blob,
  configDocument,
  type ImageFacts,
  indexDocument,
  manifestDocument,
  recipeReferences,
} from './oci-layout.js';
import { type Recipe, upstreamVersion } from './recipe.js';
import type { LoadedRecipe } from './recipes.js';

/** How a build tells what it does and is called off. */
export interface BuildOptions {
  /** One line of progress. */
  readonly onProgress?: (line: string) => void;
  readonly signal?: AbortSignal;
  /** Where the machine's apt configuration is; /etc/apt when not given. */
  readonly aptFolder?: string;
}

/** What a build made. */
export interface BuiltImage {
  /** An OCI layout as a tar file, inside the work folder. */
  readonly archive: string;
  readonly version: string;
  readonly references: readonly string[];
  readonly packages: Readonly<Record<string, string>>;
  readonly manifestDigest: string;
}

/** An image could not be built. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
}

const GO_ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

function goArchitecture(): string {
  return GO_ARCHITECTURES[process.arch] ?? process.arch;
}

function versionOf(recipe: Recipe, packages: Readonly<Record<string, string>>): string {
  if ('fixed' in recipe.version) return recipe.version.fixed;
  const version = packages[recipe.version.ofPackage];
  if (version === undefined)
    throw new BuildError(`the build of ${recipe.name} did not install ${recipe.version.ofPackage}`);
  return upstreamVersion(version);
}

/** Debian packages whose commands a build needs. */
export const BUILD_PACKAGES = ['mmdebstrap', 'zstd'] as const;

async function checkTools(name: string): Promise<void> {
  for (const tool of BUILD_PACKAGES) {
    await run(tool, ['--version']).catch((cause) => {
      const how = `apt-get install ${BUILD_PACKAGES.join(' ')}`;
      throw new BuildError(`image ${name} is built with ${tool}, which cannot be run; install it: ${how}`, {
        cause,
      });
    });
  }
}

function explain(recipe: Recipe, cause: CommandError): BuildError {
  const lines = cause.stderr.split('\n');
  const errors = lines.filter((line) =>
    /^E: (?!run_chroot|apt-get|setup failed|mmdebstrap failed)/.test(line),
  );
  // A hook's own words have no mark before them; what follows them is about the hook.
  const last = lines.findLast((line) => !/^[IEW]: |^$/.test(line));
  const why = errors[0] ?? last ?? lines.at(-1) ?? cause.message;
  return new BuildError(`image ${recipe.name} could not be built from Debian ${recipe.suite}: ${why}`, {
    cause,
  });
}

async function makeRoot(loaded: LoadedRecipe, places: BuildPlaces, options: BuildOptions): Promise<void> {
  const { recipe } = loaded;
  await checkTools(recipe.name);
  const mirror = await findDebianMirror(options.aptFolder);
  await writeFile(places.sources, sourceLine(mirror, recipe.suite));
  options.onProgress?.(
    `${recipe.name}: installing ${recipe.packages.join(', ')} from Debian ${recipe.suite}`,
  );
  try {
    await runLines('mmdebstrap', mmdebstrapArguments(loaded, mirror, places), {
      signal: options.signal,
      onLine: (line) => {
        if (/^I: (?!running --|skipping|automatically|chroot arch|finding)/.test(line)) {
          options.onProgress?.(`${recipe.name}: ${line.slice('I: '.length)}`);
        }
      },
    });
  } catch (cause) {
    throw cause instanceof CommandError ? explain(recipe, cause) : cause;
  }
}

/** A root of nothing but the files that the recipe takes. */
async function takeFiles(recipe: Recipe, root: string, target: string): Promise<void> {
  await mkdir(target);
  for (const { from, to } of recipe.take) {
    const source = await realpath(join(root, from));
    if (relative(root, source).startsWith('..'))
      throw new BuildError(`${from} of ${recipe.name} leads out of its root`);
    if (!(await lstat(source)).isFile()) throw new BuildError(`${from} of ${recipe.name} is not a file`);
    const place = join(target, to);
    await mkdir(dirname(place), { recursive: true });
    await cp(source, place);
    await chmod(place, 0o755);
  }
}

async function storeDocument(document: object, blobs: string): Promise<Blob> {
  const bytes = Buffer.from(JSON.stringify(document));
  const hex = createHash('sha256').update(bytes).digest('hex');
  await writeFile(join(blobs, hex), bytes);
  return { digest: `sha256:${hex}`, size: bytes.length };
}

async function writeArchive(work: string, layout: string, blobs: readonly Blob[]): Promise<string> {
  const archive = join(work, 'image.tar');
  // Small files first: who wants to know what the archive holds need not read the layer.
  const files = [
    'oci-layout',
    'index.json',
    ...blobs.map(({ digest }) => `blobs/${digest.replace(':', '/')}`),
  ];
  await run('tar', [
    ...['--create', `--file=${archive}`, `--directory=${layout}`, '--format=posix', '--numeric-owner'],
    ...['--owner=0', '--group=0', '--mtime=@0', '--pax-option=delete=atime,delete=ctime', ...files],
  ]);
  return archive;
}

async function writeLayout(facts: ImageFacts, work: string, layout: string): Promise<BuiltImage> {
  const blobs = join(layout, 'blobs', 'sha256');
  const config = await storeDocument(configDocument(facts), blobs);
  const manifest = await storeDocument(manifestDocument(config, facts.layers), blobs);
  const references = recipeReferences(facts.recipe.name, facts.version);
  const index = indexDocument(manifest, references, facts.architecture);
  await writeFile(join(layout, 'index.json'), JSON.stringify(index));
  await writeFile(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const archive = await writeArchive(work, layout, [manifest, config, ...facts.layers]);
  return {
    archive,
    version: facts.version,
    references,
    packages: facts.packages,
    manifestDigest: manifest.digest,
  };
}

/** Builds a recipe's image inside `work`, an empty folder that the caller removes; needs root. */
export async function buildImage(
  loaded: LoadedRecipe,
  work: string,
  options: BuildOptions = {},
): Promise<BuiltImage> {
  const { recipe, hash } = loaded;
  const places = {
    root: join(work, 'root'),
    packages: join(work, 'packages'),
    sources: join(work, 'sources.list'),
  };
  await chmod(work, 0o755);
  await makeRoot(loaded, places, options);
  const packages = parsePackages(await readFile(places.packages, 'utf8'));
  const version = versionOf(recipe, packages);
  const taken = join(work, 'taken');
  if (recipe.take.length > 0) await takeFiles(recipe, places.root, taken);
  const layout = join(work, 'layout');
  const blobs = join(layout, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  options.onProgress?.(`${recipe.name}: writing the layer`);
  const layer = await writeLayer(recipe.take.length > 0 ? taken : places.root, blobs, options.signal);
  const built = await writeLayout(
    { recipe, recipeHash: hash, version, packages, architecture: goArchitecture(), layers: [layer] },
    work,
    layout,
  );
  const { size } = await stat(built.archive);
  options.onProgress?.(`${recipe.name}: built ${built.references[0]} (${Math.round(size / 1e6)} MB)`);
  return built;
}
