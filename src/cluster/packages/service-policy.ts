import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { asyncDisposable } from '../../lib/async-dispose.js';

/** Debian's maintainer scripts ask this file before they start a service; exit code 101 forbids it. */
const POLICY_FILE = '/usr/sbin/policy-rc.d';
const POLICY =
  '#!/bin/sh\n# Written by holdfast while it installs packages: they start no service. Removed afterwards.\nexit 101\n';

function restore(file: string): void {
  const saved = `${file}.holdfast-saved`;
  rmSync(file, { force: true });
  if (existsSync(saved)) renameSync(saved, file);
}

/**
 * Forbids packages to start services until it is disposed of, then puts the machine's own policy back.
 * A policy that a killed run left behind is put back first.
 */
export function forbidServices(file = POLICY_FILE): AsyncDisposable {
  const [saved, ours] = [`${file}.holdfast-saved`, `${file}.holdfast`];
  if (existsSync(ours)) restore(file);
  writeFileSync(ours, 'a package installation of holdfast is running\n');
  if (existsSync(file)) renameSync(file, saved);
  writeFileSync(file, POLICY, { mode: 0o755 });
  return asyncDisposable(() => {
    restore(file);
    rmSync(ours, { force: true });
  });
}
