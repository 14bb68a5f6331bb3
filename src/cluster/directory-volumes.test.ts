import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directoryVolumes } from './directory-volumes.js';

describe('directoryVolumes', () => {
  it('makes and removes volumes, each as often as it is asked', async () => {
    const root = mkdtempSync(join(tmpdir(), 'holdfast-'));
    const volumes = directoryVolumes(root);
    const path = await volumes.create('pvc-1');
    writeFileSync(join(path, 'data'), 'x');
    expect(await volumes.create('pvc-1')).toBe(path);
    expect(existsSync(join(path, 'data'))).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o777);
    await volumes.delete('pvc-1');
    await volumes.delete('pvc-1');
    expect(readdirSync(root)).toEqual([]);
    await expect(volumes.create('../x')).rejects.toThrow(/cannot be a directory/);
    rmSync(root, { recursive: true });
  });
});
