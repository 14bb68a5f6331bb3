import { run } from '../lib/run.js';

/** What an image archive says about one of its images. */
export interface ArchivedImage {
  /** Names under which it would be stored; as written in the archive. */
  readonly references: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly env: readonly string[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly volumes: readonly string[];
  readonly architecture: string;
}

/** What an image archive holds. */
export interface ArchiveContent {
  readonly format: 'oci' | 'docker';
  readonly images: readonly ArchivedImage[];
}

/** A file that is no image archive. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
}

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function texts(value: unknown): readonly string[] {
  return list(value).filter((item) => typeof item === 'string');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Reads one JSON file of the archive; system tar seeks over layers and opens compressed archives. */
async function readJson(archive: string, file: string): Promise<unknown> {
  const { stdout } = await run('tar', [
    '--extract',
    '--to-stdout',
    '--occurrence=1',
    `--file=${archive}`,
    file,
  ]);
  return JSON.parse(stdout);
}

function blobPath(descriptor: unknown): string {
  return `blobs/${text(fields(descriptor)['digest']).replace(':', '/')}`;
}

/** The first manifest that an index leads to; an index may point at an index. */
async function manifestOf(archive: string, descriptor: unknown): Promise<Fields> {
  const document = fields(await readJson(archive, blobPath(descriptor)));
  const [nested] = list(document['manifests']);
  return nested === undefined ? document : manifestOf(archive, nested);
}

function describe(config: unknown, references: readonly string[]): ArchivedImage {
  const document = fields(config);
  const settings = fields(document['config']);
  const labels = Object.entries(fields(settings['Labels'])).map(([key, value]) => [key, text(value)]);
  return {
    references,
    labels: Object.fromEntries(labels),
    env: texts(settings['Env']),
    entrypoint: texts(settings['Entrypoint']),
    cmd: texts(settings['Cmd']),
    volumes: Object.keys(fields(settings['Volumes'])),
    architecture: text(document['architecture']),
  };
}

function referenceOf(descriptor: unknown): string {
  const annotations = fields(fields(descriptor)['annotations']);
  return (
    text(annotations['io.containerd.image.name']) || text(annotations['org.opencontainers.image.ref.name'])
  );
}

async function readOci(archive: string): Promise<ArchiveContent> {
  const descriptors = list(fields(await readJson(archive, 'index.json'))['manifests']);
  const digests = [...new Set(descriptors.map((item) => text(fields(item)['digest'])))];
  const images = digests.map(async (digest) => {
    const same = descriptors.filter((item) => fields(item)['digest'] === digest);
    const manifest = await manifestOf(archive, same[0]);
    const config = await readJson(archive, blobPath(manifest['config']));
    return describe(
      config,
      same.map(referenceOf).filter((reference) => reference !== ''),
    );
  });
  return { format: 'oci', images: await Promise.all(images) };
}

async function readDocker(archive: string): Promise<ArchiveContent> {
  const entries = list(await readJson(archive, 'manifest.json')).map(fields);
  const images = entries.map(async (entry) =>
    describe(await readJson(archive, text(entry['Config'])), texts(entry['RepoTags'])),
  );
  return { format: 'docker', images: await Promise.all(images) };
}

/** Reads what an archive holds: an OCI layout, or what `docker save` writes. */
export async function readArchive(archive: string): Promise<ArchiveContent> {
  const failures: unknown[] = [];
  for (const read of [readOci, readDocker]) {
    try {
      return await read(archive);
    } catch (error) {
      failures.push(error);
    }
  }
  throw new ArchiveError(
    `${archive} is not an image archive: it has neither a whole index.json (OCI) nor manifest.json (docker save)`,
    {
      cause: new AggregateError(failures),
    },
  );
}
