import { CommandError, type RunResult, run } from '../../lib/run.js';
import { UserError } from '../user-error.js';
import { aptError, isStaleList, isUnknownPackage, parseSimulation } from './apt-output.js';
import { findCommand, findRequirement } from './find.js';
import { type Found, packagesFor, type Requirement, unmet } from './requirements.js';
import { forbidServices } from './service-policy.js';

export { findCniDirectory, findCommand, fullPath } from './find.js';
export { CLUSTER_REQUIREMENTS, type Requirement } from './requirements.js';

/** What installing needs to know of its surroundings. */
export interface InstallOptions {
  /** The search path for commands. */
  readonly path: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told before anything slow begins. */
  readonly onProgress?: (message: string) => void;
}

const INSTALL = [
  'install',
  '--yes',
  '--no-remove',
  '--no-install-recommends',
  '-o',
  'DPkg::Lock::Timeout=300',
];

/** Makes sure that everything required is on the machine, installing Debian packages where it is not; never removes one. */
export async function ensureRequirements(
  requirements: readonly Requirement[],
  options: InstallOptions,
): Promise<void> {
  const find = (): Promise<readonly Found[]> =>
    Promise.all(requirements.map((requirement) => findRequirement(requirement, options.path)));
  const found = await find();
  const packages = packagesFor(found);
  if (packages.length === 0) return;
  await install(packages, whyOf(found), options);
  const still = unmet(await find());
  if (still.length > 0) {
    throw new UserError(
      `${packages.join(', ')} installed, but ${still.map(({ why }) => why).join('; ')}: install a newer version by hand`,
    );
  }
}

function whyOf(found: readonly Found[]): string {
  return unmet(found)
    .map(({ why }) => why)
    .join('; ');
}

async function install(packages: readonly string[], why: string, options: InstallOptions): Promise<void> {
  if (findCommand('apt-get', options.path) === undefined) {
    throw new UserError(
      `${why}; there is no apt-get here to install ${packages.join(', ')}: install them by hand`,
    );
  }
  if (process.getuid?.() !== 0) {
    throw new UserError(`${why}; only root can install ${packages.join(', ')}: run this as root`);
  }
  const apt = (args: readonly string[]): Promise<RunResult> =>
    run('apt-get', args, { env: { ...options.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' } });
  await refuseRemovals(apt, packages, options);
  options.onProgress?.(`installing ${packages.join(', ')}`);
  await using _policy = forbidServices();
  await installOrUpdate(apt, packages, options);
}

type Apt = (args: readonly string[]) => Promise<RunResult>;

/** Asks apt what it would do; fetches its lists once when they do not know a package. */
async function refuseRemovals(apt: Apt, packages: readonly string[], options: InstallOptions): Promise<void> {
  const simulate = (): Promise<RunResult> =>
    apt(['--simulate', 'install', '--no-install-recommends', ...packages]);
  const { stdout } = await twice(packages, simulate, {
    mayHelp: isUnknownPackage,
    repair: () => update(apt, options),
  });
  const { removes } = parseSimulation(stdout);
  if (removes.length > 0) {
    throw new UserError(
      `installing ${packages.join(', ')} would remove ${removes.join(', ')}; nothing was changed. Remove them yourself, or put ${packages.join(', ')} on this machine in another way`,
    );
  }
}

async function installOrUpdate(
  apt: Apt,
  packages: readonly string[],
  options: InstallOptions,
): Promise<void> {
  await twice(packages, () => apt([...INSTALL, ...packages]), {
    mayHelp: isStaleList,
    repair: () => update(apt, options),
  });
}

/** Tries again after `repair` when the first failure says that it may help; what the repair complained of is part of the last word. */
async function twice(
  packages: readonly string[],
  attempt: () => Promise<RunResult>,
  {
    mayHelp,
    repair,
  }: { readonly mayHelp: (output: string) => boolean; readonly repair: () => Promise<string> },
): Promise<RunResult> {
  let complaint = '';
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof CommandError) || !mayHelp(error.stdout + error.stderr))
      throw failure(packages, error, '');
    complaint = await repair();
  }
  return attempt().catch((error: unknown) => {
    throw failure(packages, error, complaint);
  });
}

/** Fetches the package lists. One source that fails is no reason to stop: the package may come from another. */
async function update(apt: Apt, { onProgress }: InstallOptions): Promise<string> {
  onProgress?.('fetching the package lists');
  try {
    await apt(['update', '-o', 'DPkg::Lock::Timeout=300']);
    return '';
  } catch (error) {
    return error instanceof CommandError ? aptError(`${error.stdout}\n${error.stderr}`) : String(error);
  }
}

function failure(packages: readonly string[], error: unknown, complaint: string): UserError {
  const why = error instanceof CommandError ? aptError(`${error.stdout}\n${error.stderr}`) : String(error);
  const more = complaint === '' ? '' : ` (apt-get update: ${complaint})`;
  return new UserError(`apt-get could not install ${packages.join(', ')}: ${why}${more}`, { cause: error });
}
