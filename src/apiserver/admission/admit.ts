import type { AdmissionRequest } from '../../api/admission.js';
import { applyDefaults } from '../../api/defaults/index.js';
import type { KubeObject } from '../../api/kube-object.js';
import type { Write } from '../registry/registry.js';
import { builtInAdmission } from './built-in.js';
import { warningsOf } from './warnings.js';

/** Runs the built-in rules and then the hooks; gives the object as it leaves the last of them. */
export async function admit(write: Write, request: AdmissionRequest): Promise<KubeObject | undefined> {
  let { object } = request;
  for (const rule of builtInAdmission) {
    const seen = { ...request, object };
    if (!rule.matches(seen)) continue;
    const answer = rule.admit(write.registry, seen);
    // Most rules answer at once, and a write is not to wait for the others' sake.
    object = (answer instanceof Promise ? await answer : answer) ?? object;
  }
  for (const hook of write.registry.hooks) {
    const seen = { ...request, object };
    if (!hook.matches(seen)) continue;
    const answer = await hook.admit(seen);
    for (const warning of answer.warnings ?? []) write.warn(warning);
    // What a hook adds may lack what everyone may rely on.
    if (answer.object !== undefined) object = applyDefaults(request.kind, answer.object);
  }
  for (const warning of warningsOf({ ...request, object })) write.warn(warning);
  return object;
}
