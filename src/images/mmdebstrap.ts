import { join } from 'node:path';
import type { DebianMirror } from './debian-mirror.js';
import type { LoadedRecipe } from './recipes.js';

/** Where one build happens; all paths are absolute. */
export interface BuildPlaces {
  /** The image's root is made here. */
  readonly root: string;
  /** Receives `NAME VERSION` of each package. */
  readonly packages: string;
  /** The mirror, in apt's one-line format. */
  readonly sources: string;
}

/** Nobody reads these in a container, and they are a third of the size. */
const EXCLUDED = [
  '/usr/share/doc/*',
  '/usr/share/man/*',
  '/usr/share/locale/*',
  '/usr/share/info/*',
  '/usr/share/lintian/*',
];

/** What the builder's machine leaves in a root: its mirror, its name server, its name, caches and logs. */
const LEFT_BY_BUILD = [
  'etc/apt/apt.conf.d/99mmdebstrap',
  'etc/apt/sources.list',
  'etc/apt/sources.list.d/*',
  'etc/dpkg/dpkg.cfg.d/99mmdebstrap',
  'etc/hostname',
  'etc/resolv.conf',
  'etc/machine-id',
  'var/cache/*/*',
  'var/lib/apt/lists/*',
  'var/lib/dpkg/*-old',
  'var/log/*',
  'var/backups/*',
  'tmp/*',
];

/** Quotes a word for a shell. */
export function shellQuote(word: string): string {
  return /^[A-Za-z0-9_/.:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A source line for apt; an archive is checked with the mirror's own key file where one is known. */
export function sourceLine(mirror: DebianMirror, suite: string): string {
  const options = mirror.keyring === undefined ? '' : `[signed-by=${mirror.keyring}] `;
  return `deb ${options}${mirror.uri} ${suite} main\n`;
}

function packagesHook({ recipe }: LoadedRecipe, places: BuildPlaces): string {
  const out = shellQuote(places.packages);
  if (recipe.variant === 'essential') {
    return `dpkg-query --admindir="$1/var/lib/dpkg" -W -f '\${Package} \${Version}\\n' > ${out}`;
  }
  // Extracted packages are in no database; apt's index knows what was chosen.
  const names = recipe.packages.map(shellQuote).join(' ');
  const fields = 's/^\\(Package\\|Version\\): //p';
  return `APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-cache show --no-all-versions ${names} | sed -n ${shellQuote(fields)} | paste -d ' ' - - > ${out}`;
}

function copyHooks({ recipe, folder }: LoadedRecipe): readonly string[] {
  return recipe.files.map(
    ({ from, to, mode }) =>
      `install -D -o 0 -g 0 -m ${mode} ${shellQuote(join(folder, from))} "$1"${shellQuote(to)}`,
  );
}

function setupHooks({ recipe, folder }: LoadedRecipe): readonly string[] {
  return recipe.setup.map((file) => {
    const source = shellQuote(join(folder, file));
    return `install -m 0755 ${source} "$1/tmp/holdfast-setup" && chroot "$1" /tmp/holdfast-setup`;
  });
}

function cleanHooks({ recipe }: LoadedRecipe): readonly string[] {
  // What is taken out of a root takes nothing of these along.
  if (recipe.take.length > 0) return [];
  return [`cd "$1" && rm -rf ${LEFT_BY_BUILD.join(' ')}`];
}

/** The arguments that make the root of a recipe's image. */
export function mmdebstrapArguments(
  loaded: LoadedRecipe,
  mirror: DebianMirror,
  places: BuildPlaces,
): readonly string[] {
  const { recipe } = loaded;
  // The release file of a suite that still changes is soon past its date on a mirror that is kept still. What it
  // says is checked by its signature all the same.
  const apt = ['Acquire::Check-Valid-Until "false"', 'Acquire::Languages "none"', ...mirror.settings];
  const hooks = [
    ...copyHooks(loaded),
    ...setupHooks(loaded),
    packagesHook(loaded, places),
    ...cleanHooks(loaded),
  ];
  // The last stage that an extracted root goes through.
  const stage = recipe.variant === 'extract' ? 'extract' : 'customize';
  return [
    '--mode=auto',
    `--variant=${recipe.variant}`,
    '--format=directory',
    // Directories for sockets are part of an image.
    '--skip=cleanup/run',
    `--include=${recipe.packages.join(',')}`,
    ...apt.map((option) => `--aptopt=${option}`),
    // A build that is interrupted is thrown away whole; nothing has to be on disk before its end.
    '--dpkgopt=force-unsafe-io',
    ...[...EXCLUDED, ...recipe.exclude].map((path) => `--dpkgopt=path-exclude=${path}`),
    ...hooks.map((hook) => `--${stage}-hook=${hook}`),
    recipe.suite,
    places.root,
    places.sources,
  ];
}

/** Reads the list that the build wrote. */
export function parsePackages(text: string): Readonly<Record<string, string>> {
  const lines = text.split('\n').filter((line) => line.includes(' '));
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', version = ''] = line.split(' ');
      return [name, version];
    }),
  );
}
