import { isPublishedPort, type PublishedPort } from './keeper/messages.js';
import { readJson, writeFileWhole } from './processes.js';

/** What a cluster remembers of its host ports while it is down. */
export interface ClusterSettings {
  readonly apiPort?: number;
  readonly published: readonly PublishedPort[];
}

/** Reads the settings; a cluster that has none yet gets empty ones. */
export function readSettings(file: string): ClusterSettings {
  const value = readJson(file);
  if (typeof value !== 'object' || value === null) return { published: [] };
  const published =
    'published' in value && Array.isArray(value.published) ? value.published.filter(isPublishedPort) : [];
  return 'apiPort' in value && typeof value.apiPort === 'number'
    ? { apiPort: value.apiPort, published }
    : { published };
}

/** Writes the settings in one step. */
export function writeSettings(file: string, settings: ClusterSettings): void {
  writeFileWhole(file, `${JSON.stringify(settings, undefined, 2)}\n`);
}
