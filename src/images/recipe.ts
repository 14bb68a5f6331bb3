/** A file of the recipe's folder that is copied into the image. */
export interface RecipeFile {
  readonly from: string;
  /** Absolute path in the image. */
  readonly to: string;
  /** Octal; 0644 when not given. */
  readonly mode: string;
}

/** What the image tells a runtime, in the words of the OCI image specification. */
export interface RecipeConfig {
  readonly env: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly volumes: readonly string[];
  /** `3306/tcp` */
  readonly exposedPorts: readonly string[];
  readonly workingDir: string;
  readonly user: string;
  readonly stopSignal: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** How an image is made of Debian packages: the content of `images/NAME/recipe.json`. */
export interface Recipe {
  readonly name: string;
  readonly description: string;
  /** A fixed version, or the package whose upstream version is the image's. */
  readonly version: { readonly fixed: string } | { readonly ofPackage: string };
  readonly suite: string;
  /** `essential`: a small system with a shell; `extract`: nothing but the packages' own files, for `take`. */
  readonly variant: 'essential' | 'extract';
  readonly packages: readonly string[];
  /** Paths (with wildcards) that are left out of every package. */
  readonly exclude: readonly string[];
  readonly files: readonly RecipeFile[];
  /** Files of the recipe's folder that are run in the image's root, in this order. */
  readonly setup: readonly string[];
  /** When not empty, the image holds these files and nothing else. */
  readonly take: readonly { readonly from: string; readonly to: string }[];
  readonly config: RecipeConfig;
  /** Patterns of full references that this image may stand in for; `*` stands for digits and dots. */
  readonly standsInFor: readonly string[];
}

/** A recipe that says something it must not; the user of the recipe is to change it. */
export class RecipeError extends Error {
  override readonly name = 'RecipeError';
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads named fields of one object of the recipe and remembers which, so that an unknown one is refused by name. */
class Reader {
  readonly #fields: Fields;
  readonly #where: string;
  readonly #seen = new Set<string>();

  constructor(value: unknown, where: string) {
    if (!isFields(value)) throw new RecipeError(`${where} must be an object`);
    this.#fields = value;
    this.#where = where;
  }

  #take(key: string): unknown {
    this.#seen.add(key);
    return this.#fields[key];
  }

  optional(key: string): string | undefined {
    const value = this.#take(key);
    if (value === undefined || typeof value === 'string') return value;
    throw new RecipeError(`${this.#where}.${key} must be a string`);
  }

  text(key: string, otherwise?: string): string {
    const value = this.optional(key) ?? otherwise;
    if (value === undefined) throw new RecipeError(`${this.#where}.${key} is missing`);
    return value;
  }

  texts(key: string): readonly string[] {
    const value = this.#take(key) ?? [];
    const isText = (item: unknown): item is string => typeof item === 'string';
    if (Array.isArray(value) && value.every(isText)) return value;
    throw new RecipeError(`${this.#where}.${key} must be a list of strings`);
  }

  map(key: string): Readonly<Record<string, string>> {
    const value = this.#take(key) ?? {};
    if (!isFields(value)) throw new RecipeError(`${this.#where}.${key} must be an object`);
    const reader = new Reader(value, `${this.#where}.${key}`);
    return Object.fromEntries(Object.keys(value).map((name) => [name, reader.text(name)]));
  }

  readers(key: string): readonly Reader[] {
    const value = this.#take(key) ?? [];
    if (!Array.isArray(value)) throw new RecipeError(`${this.#where}.${key} must be a list`);
    return value.map((item: unknown, index) => new Reader(item, `${this.#where}.${key}[${index}]`));
  }

  reader(key: string): Reader {
    return new Reader(this.#take(key) ?? {}, `${this.#where}.${key}`);
  }

  /** Refuses what was not asked for. */
  end(): void {
    const unknown = Object.keys(this.#fields).find((key) => !this.#seen.has(key));
    if (unknown !== undefined) throw new RecipeError(`${this.#where}.${unknown} is not a field of a recipe`);
  }
}

function closed<T>(reader: Reader, read: (reader: Reader) => T): T {
  const result = read(reader);
  reader.end();
  return result;
}

function absolute(path: string, where: string): string {
  if (!path.startsWith('/') || path.split('/').includes('..')) {
    throw new RecipeError(`${where}: ${JSON.stringify(path)} must be an absolute path`);
  }
  return path;
}

function parseFile(reader: Reader, where: string): RecipeFile {
  const mode = reader.text('mode', '0644');
  if (!/^[0-7]{3,4}$/.test(mode))
    throw new RecipeError(`${where}: mode ${JSON.stringify(mode)} is not octal`);
  return { from: inFolder(reader.text('from'), where), to: absolute(reader.text('to'), where), mode };
}

function inFolder(path: string, where: string): string {
  if (path.startsWith('/') || path.split('/').includes('..')) {
    throw new RecipeError(`${where}: ${JSON.stringify(path)} must be a file of the recipe's folder`);
  }
  return path;
}

function parseConfig(reader: Reader): RecipeConfig {
  return {
    env: reader.map('env'),
    entrypoint: reader.texts('entrypoint'),
    cmd: reader.texts('cmd'),
    volumes: reader.texts('volumes'),
    exposedPorts: reader.texts('exposedPorts'),
    workingDir: reader.text('workingDir', '/'),
    user: reader.text('user', ''),
    stopSignal: reader.text('stopSignal', ''),
    labels: reader.map('labels'),
  };
}

function parseVersion(reader: Reader, packages: readonly string[], where: string): Recipe['version'] {
  const fixed = reader.optional('version');
  const ofPackage = reader.optional('versionOf');
  if ((fixed === undefined) === (ofPackage === undefined)) {
    throw new RecipeError(`${where} must have either version or versionOf`);
  }
  if (ofPackage === undefined) return { fixed: fixed ?? '' };
  if (!packages.includes(ofPackage)) {
    throw new RecipeError(`${where}.versionOf: ${ofPackage} is not among the packages`);
  }
  return { ofPackage };
}

function parseVariant(reader: Reader, where: string): Recipe['variant'] {
  const variant = reader.text('variant', 'essential');
  if (variant === 'essential' || variant === 'extract') return variant;
  throw new RecipeError(`${where}.variant must be essential or extract`);
}

/** Checks a recipe that was read from JSON; `where` is the name of its file, for messages. */
export function parseRecipe(value: unknown, where: string): Recipe {
  return closed(new Reader(value, where), (reader) => {
    const name = reader.text('name');
    if (!/^[a-z0-9]+(?:[-_.][a-z0-9]+)*$/.test(name)) {
      throw new RecipeError(`${where}.name: ${JSON.stringify(name)} is not a repository name`);
    }
    const packages = reader.texts('packages');
    if (packages.length === 0) throw new RecipeError(`${where}.packages is empty`);
    return {
      name,
      description: reader.text('description', ''),
      version: parseVersion(reader, packages, where),
      suite: reader.text('suite'),
      variant: parseVariant(reader, where),
      packages,
      exclude: reader.texts('exclude').map((path) => absolute(path, `${where}.exclude`)),
      files: reader.readers('files').map((file) => closed(file, (r) => parseFile(r, `${where}.files`))),
      setup: reader.texts('setup').map((file) => inFolder(file, `${where}.setup`)),
      take: reader.readers('take').map((item) =>
        closed(item, (r) => ({
          from: absolute(r.text('from'), `${where}.take`),
          to: absolute(r.text('to'), `${where}.take`),
        })),
      ),
      config: closed(reader.reader('config'), parseConfig),
      standsInFor: reader.texts('standsInFor'),
    };
  });
}

/** The upstream part of a Debian version, as an image tag: `1:9.7.4-2+b1` is `9.7.4`. */
export function upstreamVersion(debian: string): string {
  const upstream = debian.replace(/^\d+:/, '').replace(/-[^-]*$/, '');
  return upstream.replace(/[^A-Za-z0-9_.-]/g, '_');
}
