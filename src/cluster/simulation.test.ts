import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ClusterPaths, clusterPaths } from './paths.js';
import { identify, recordProcess } from './processes.js';
import { changeSettings } from './settings.js';
import { isSimulated, simulationFor } from './simulation.js';
import { prepareRun, prepareState } from './state.js';
import { observeLeftovers } from './teardown/observe.js';
import { UserError } from './user-error.js';

let directory: string;
let paths: ClusterPaths;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-simulation-'));
  paths = clusterPaths({ name: 'one', home: join(directory, 'home'), run: join(directory, 'run') });
});

afterEach(() => rmSync(directory, { recursive: true }));

/** What the start of a cluster of either kind leaves. */
function make(simulated?: { readonly nodes: number; readonly speed: number }): void {
  const kind = { simulated: true };
  prepareState(paths, kind);
  changeSettings(paths.stateFiles.settings, { apiPort: 6443, ...(simulated && { simulated }) });
  prepareRun(paths, { simulated: simulated !== undefined });
}

describe('the kind of a cluster', () => {
  it('may be chosen when it is made', () => {
    expect(simulationFor(paths, undefined)).toBeUndefined();
    expect(simulationFor(paths, {})).toEqual({ nodes: 1, speed: 1 });
    expect(simulationFor(paths, { nodes: 4 })).toEqual({ nodes: 4, speed: 1 });
  });

  it('may still be chosen when the first start came to nothing', () => {
    prepareState(paths, { simulated: true });
    expect(simulationFor(paths, undefined)).toBeUndefined();
    expect(simulationFor(paths, {})).toEqual({ nodes: 1, speed: 1 });
  });

  it('stays: containers', () => {
    make();
    expect(simulationFor(paths, undefined)).toBeUndefined();
    expect(() => simulationFor(paths, { nodes: 2 })).toThrow(
      new UserError(
        'cluster one runs containers and cannot become simulated: leave --simulated out, or choose another --cluster',
      ),
    );
    expect(isSimulated(paths)).toBe(false);
  });

  it('stays: simulated, with what is not said as it was', () => {
    make({ nodes: 3, speed: 2 });
    expect(simulationFor(paths, {})).toEqual({ nodes: 3, speed: 2 });
    expect(simulationFor(paths, { nodes: 1 })).toEqual({ nodes: 1, speed: 2 });
    expect(() => simulationFor(paths, undefined)).toThrow(
      'cluster one is simulated and cannot run containers',
    );
    expect(isSimulated(paths)).toBe(true);
  });

  it('is known while it runs, also when its state was removed', () => {
    make({ nodes: 1, speed: 1 });
    rmSync(paths.state, { recursive: true });
    expect(isSimulated(paths)).toBe(true);
  });
});

describe('what a simulated cluster leaves', () => {
  it('is its own only: its processes and its files, whatever a namesake with containers has', () => {
    make({ nodes: 1, speed: 1 });
    const me = identify(process.pid);
    recordProcess(paths.runFiles.daemon, me);
    expect(observeLeftovers(paths, true)).toEqual({
      processes: [{ ...me, role: 'manager' }],
      mounts: [],
      namespace: false,
      cgroups: [],
      files: [paths.run],
    });
  });
});

describe('the directory of run-time files', () => {
  it('is refused when no socket could be made in it', () => {
    const long = clusterPaths({ home: directory, run: join(directory, 'x'.repeat(100)) });
    expect(() => prepareRun(long)).toThrow(
      /is too long for the path of a socket \(107 bytes at most\): set HOLDFAST_RUN/,
    );
  });
});
