import type { AdmissionRequest } from '../../api/admission.js';
import { applyDefaults } from '../../api/defaults/index.js';
import type { KubeObject } from '../../api/kube-object.js';
import type { Write } from '../registry/registry.js';
import { builtInAdmission } from './built-in.js';
import { warningsOf } from './warnings.js';

/** Runs the built-in rules and then the hooks; gives the object as it leaves the last of them. */
export async function admit(write: Write, request: AdmissionRequest): Promise<KubeObject | undefined> {
  let seen = request;
  for (const rule of builtInAdmission) {
    if (!rule.matches(seen)) continue;
    const answer = rule.admit(write.registry, seen);
    // Most rules answer at once, and a write is not to wait for the others' sake.
    const object = answer instanceof Promise ? await answer : answer;
    if (object !== undefined) seen = { ...seen, object };
  }
  for (const hook of write.registry.hooks) {
    if (!hook.matches(seen)) continue;
    const { warnings = [], object } = await hook.admit(seen);
    for (const warning of warnings) write.warn(warning);
    // What a hook adds may lack what everyone may rely on.
    if (object !== undefined) seen = { ...seen, object: applyDefaults(request.kind, object) };
  }
  for (const warning of warningsOf(seen)) write.warn(warning);
  return seen.object;
}
