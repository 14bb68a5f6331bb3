import type { ProjectedVolumeSource, Volume } from '../generated/core-v1.js';
import { canonicalQuantity } from '../quantity.js';
import { imageTag } from './container.js';
import { change, fill, mapList } from './fill.js';
import { defaultClaimSpec } from './persistent-volume-claim.js';
import { defaultSharedSources } from './volume-sources.js';

const fileMode = 0o644;

function defaultFieldRefs<
  T extends { readonly fieldRef?: { readonly apiVersion?: string; readonly fieldPath: string } },
>(item: T): T {
  const { fieldRef } = item;
  return fieldRef === undefined ? item : { ...item, fieldRef: fill(fieldRef, { apiVersion: 'v1' }) };
}

function defaultProjected(source: ProjectedVolumeSource): ProjectedVolumeSource {
  const filled = fill(source, { defaultMode: fileMode });
  return change(filled, 'sources', (sources) =>
    mapList(sources, (projection) => {
      const token = change(projection, 'serviceAccountToken', (it) => fill(it, { expirationSeconds: 3600 }));
      return change(token, 'downwardAPI', (it) =>
        change(it, 'items', (items) => mapList(items, defaultFieldRefs)),
      );
    }),
  );
}

function hasSource(volume: Volume): boolean {
  return Object.entries(volume).some(
    ([key, value]) => key !== 'name' && value !== undefined && value !== null,
  );
}

function defaultEmptyDir(volume: Volume): Volume {
  return change(volume, 'emptyDir', (it) => change(it, 'sizeLimit', canonicalQuantity));
}

function defaultEphemeral(volume: Volume): Volume {
  return change(volume, 'ephemeral', (it) =>
    change(it, 'volumeClaimTemplate', (template) => change(template, 'spec', defaultClaimSpec)),
  );
}

/** A volume's defaults; one without a source is an emptyDir. */
export function defaultVolume(volume: Volume): Volume {
  if (!hasSource(volume)) return { ...volume, emptyDir: {} };
  let done = change(volume, 'secret', (it) => fill(it, { defaultMode: fileMode }));
  done = change(done, 'configMap', (it) => fill(it, { defaultMode: fileMode }));
  done = change(done, 'downwardAPI', (it) =>
    change(fill(it, { defaultMode: fileMode }), 'items', (items) => mapList(items, defaultFieldRefs)),
  );
  done = change(defaultSharedSources(done), 'image', (it) =>
    fill(it, { pullPolicy: imageTag(it.reference ?? '') === 'latest' ? 'Always' : 'IfNotPresent' }),
  );
  return defaultEphemeral(defaultEmptyDir(change(done, 'projected', defaultProjected)));
}
