import { type FeatureGates, isFeatureGate } from '../api/feature-gates.js';
import { isPublishedPort, type PublishedPort } from './keeper/messages.js';
import { readJson, writeFileWhole } from './processes.js';
import { type Simulation, simulationIn } from './simulation-settings.js';

/** What a cluster remembers while it is down: its host ports, the feature gates that were set, and whether it is simulated. */
export interface ClusterSettings {
  readonly apiPort?: number;
  readonly published: readonly PublishedPort[];
  readonly featureGates: Partial<FeatureGates>;
  /** Undefined for a cluster that runs containers. */
  readonly simulated?: Simulation;
}

/** Reads the settings; a cluster that has none yet gets empty ones. */
export function readSettings(file: string): ClusterSettings {
  const value = readJson(file);
  if (typeof value !== 'object' || value === null) return { published: [], featureGates: {} };
  const published =
    'published' in value && Array.isArray(value.published) ? value.published.filter(isPublishedPort) : [];
  const featureGates = 'featureGates' in value ? gatesIn(value.featureGates) : {};
  const simulated: unknown = 'simulated' in value ? value.simulated : undefined;
  return {
    ...('apiPort' in value && typeof value.apiPort === 'number' ? { apiPort: value.apiPort } : {}),
    published,
    featureGates,
    ...(typeof simulated === 'object' && simulated !== null ? { simulated: simulationIn(simulated) } : {}),
  };
}

/** Gates that another version knew and this one does not are left out. */
function gatesIn(value: unknown): Partial<FeatureGates> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter(([name, on]) => isFeatureGate(name) && typeof on === 'boolean'),
  );
}

/** Writes some of the settings in one step; the others stay. */
export function changeSettings(file: string, changed: Partial<ClusterSettings>): void {
  const settings = { ...readSettings(file), ...changed };
  writeFileWhole(file, `${JSON.stringify(settings, undefined, 2)}\n`);
}
