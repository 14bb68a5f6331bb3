import type { PodSpec, PodTemplateSpec } from '../generated/core-v1.js';
import { defaultContainer } from './container.js';
import { canonicalAmounts, change, fill, mapList } from './fill.js';
import { defaultVolume } from './volumes.js';

/** The old name of `serviceAccountName` always shows the same value. */
function mirrorServiceAccount(spec: PodSpec): PodSpec {
  const name = spec.serviceAccountName || spec.serviceAccount;
  return name ? { ...spec, serviceAccountName: name, serviceAccount: name } : spec;
}

/** A Pod spec's defaults, the same in a Pod and in a template. */
export function defaultPodSpec(spec: PodSpec): PodSpec {
  let done = fill(mirrorServiceAccount(spec), {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    schedulerName: 'default-scheduler',
  });
  done = change(done, 'containers', (list) => mapList(list, defaultContainer));
  done = change(done, 'initContainers', (list) => mapList(list, defaultContainer));
  done = change(done, 'ephemeralContainers', (list) => mapList(list, defaultContainer));
  done = change(done, 'volumes', (list) => mapList(list, defaultVolume));
  return change(done, 'overhead', canonicalAmounts);
}

/** A Pod template's defaults. */
export function defaultPodTemplate(template: PodTemplateSpec): PodTemplateSpec {
  return change(template, 'spec', defaultPodSpec);
}
