import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aptError, isStaleList, isUnknownPackage, parseSimulation } from './apt-output.js';
import { ensureRequirements } from './index.js';
import { compareVersions, packagesFor, parseVersion, type Requirement, unmet } from './requirements.js';
import { forbidServices } from './service-policy.js';

const containerd: Requirement = {
  what: 'containerd',
  package: 'containerd',
  commands: ['containerd'],
  atLeast: '1.6.0',
};
const nft: Requirement = { what: 'nftables', package: 'nftables', commands: ['nft'] };

describe('what is missing', () => {
  it.each([
    ['containerd github.com/containerd/containerd 1.6.20~ds1 1.6.20~ds1-1+deb12u3', '1.6.20'],
    ['containerd github.com/containerd/containerd v2.0.1 88aa2f531d6c2922003cc7929e51daf1c14caa0a', '2.0.1'],
    ['runc version 1.1.5+ds1\ncommit: x', '1.1.5'],
    ['no number', undefined],
  ])('reads the version in %j', (text, version) => expect(parseVersion(text)).toBe(version));

  it('compares versions by number', () => {
    expect(compareVersions('1.10.0', '1.9.9')).toBeGreaterThan(0);
    expect(compareVersions('1.6', '1.6.0')).toBe(0);
    expect(compareVersions('1.5.9', '1.6.0')).toBeLessThan(0);
  });

  it('names what is not there and what is too old, and the packages that bring it', () => {
    const found = [
      { requirement: containerd, missing: [], version: '1.4.13' },
      { requirement: nft, missing: ['nft'] },
    ];
    expect(unmet(found).map(({ why }) => why)).toEqual([
      'containerd 1.4.13 is older than 1.6.0',
      'nft not found',
    ]);
    expect(packagesFor(found)).toEqual(['containerd', 'nftables']);
  });

  it('is content with what is new enough', () => {
    expect(packagesFor([{ requirement: containerd, missing: [], version: '2.1.0' }])).toEqual([]);
  });
});

describe("apt's words", () => {
  it('are read from a simulation', () => {
    const plan = parseSimulation(
      'NOTE: x\nRemv docker-ce [5:20]\nRemv containerd.io [1.6]\nInst containerd (1.6.20 Debian [amd64])\nConf containerd (1.6.20)\n',
    );
    expect(plan).toEqual({ installs: ['containerd'], removes: ['docker-ce', 'containerd.io'] });
  });

  it('are told apart', () => {
    expect(isUnknownPackage('E: Unable to locate package containerd')).toBe(true);
    expect(
      isStaleList('E: Unable to fetch some archives, maybe run apt-get update or try with --fix-missing?'),
    ).toBe(true);
    expect(aptError('Reading...\nE: one\nE: two\n')).toBe('one two');
  });
});

describe('forbidServices', () => {
  it("puts the machine's own policy back, also after a run that was killed", async () => {
    const directory = mkdtempSync(join(tmpdir(), 'holdfast-'));
    const file = join(directory, 'policy-rc.d');
    writeFileSync(file, 'own policy');
    forbidServices(file);
    expect(readFileSync(file, 'utf8')).toContain('exit 101');
    const again = forbidServices(file);
    expect(readFileSync(file, 'utf8')).toContain('exit 101');
    await again[Symbol.asyncDispose]();
    expect(readFileSync(file, 'utf8')).toBe('own policy');
    rmSync(file);
    await forbidServices(file)[Symbol.asyncDispose]();
    expect(existsSync(file)).toBe(false);
    rmSync(directory, { recursive: true });
  });
});

describe('ensureRequirements', () => {
  it('does nothing when all is there', async () => {
    const messages: string[] = [];
    const shell: Requirement = { what: 'a shell', package: 'dash', commands: ['sh'] };
    await ensureRequirements([shell], { path: '', env: {}, onProgress: (message) => messages.push(message) });
    expect(messages).toEqual([]);
  });
});
