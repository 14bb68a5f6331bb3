import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changeSettings, readSettings } from './settings.js';

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-settings-'));
  file = join(directory, 'settings.json');
});

afterEach(() => rmSync(directory, { recursive: true }));

const published = [{ namespace: 'default', service: 'mysql', hostPort: 3306 }];

describe('settings', () => {
  it('are empty before there are any', () => {
    expect(readSettings(file)).toEqual({ published: [], featureGates: {} });
  });

  it('change one by one, and the others stay', () => {
    changeSettings(file, { featureGates: { StatefulSetRecreateStrategy: true } });
    changeSettings(file, { apiPort: 6443, published });
    changeSettings(file, { featureGates: { MaxUnavailableStatefulSet: true } });
    expect(readSettings(file)).toEqual({
      apiPort: 6443,
      published,
      featureGates: { MaxUnavailableStatefulSet: true },
    });
  });

  it('say of a simulated cluster that it is one, whatever else they say', () => {
    changeSettings(file, { simulated: { nodes: 3, speed: 2 } });
    changeSettings(file, { apiPort: 6443 });
    expect(readSettings(file).simulated).toEqual({ nodes: 3, speed: 2 });
    writeFileSync(file, JSON.stringify({ simulated: { nodes: 'many', speed: 1000 } }));
    expect(readSettings(file).simulated).toEqual({ nodes: 1, speed: 1 });
  });

  it('leave out what this version does not know', () => {
    const featureGates = {
      NextYear: true,
      StatefulSetRecreateStrategy: 'yes',
      MaxUnavailableStatefulSet: false,
    };
    writeFileSync(file, JSON.stringify({ apiPort: '1', published: [{}], featureGates }));
    expect(readSettings(file)).toEqual({ published: [], featureGates: { MaxUnavailableStatefulSet: false } });
  });
});
