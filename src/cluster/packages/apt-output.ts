/** What `apt-get --simulate install` says it would do. */
export interface AptPlan {
  readonly installs: readonly string[];
  readonly removes: readonly string[];
}

/** Reads the `Inst` and `Remv` lines of a simulation. */
export function parseSimulation(stdout: string): AptPlan {
  const named = (verb: string): readonly string[] =>
    stdout.split('\n').flatMap((line) => (line.startsWith(`${verb} `) ? [line.split(' ')[1] ?? ''] : []));
  return { installs: named('Inst'), removes: named('Remv') };
}

/** Whether apt failed because its lists do not know a package (so that they should be fetched). */
export function isUnknownPackage(output: string): boolean {
  return /Unable to locate package|has no installation candidate/.test(output);
}

/** Whether the download of a listed package failed because the lists are out of date. */
export function isStaleList(output: string): boolean {
  return /Unable to fetch some archives|404 {2}Not Found|maybe run apt-get update/.test(output);
}

/** The one line of apt's errors that says most: its own `E:` lines, joined. */
export function aptError(output: string): string {
  const lines = output.split('\n').filter((line) => line.startsWith('E: '));
  return lines.length === 0
    ? (output.trim().split('\n').at(-1) ?? '')
    : lines.map((line) => line.slice(3)).join(' ');
}
