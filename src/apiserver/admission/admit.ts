import type { AdmissionRequest } from '../../api/admission.js';
import type { KubeObject } from '../../api/kube-object.js';
import type { Registry, WriteContext } from '../registry/registry.js';
import { builtInAdmission } from './built-in.js';

/** Runs the built-in rules and then the hooks; gives the object as it leaves the last of them. */
export async function admit(
  registry: Registry,
  request: AdmissionRequest,
  context: WriteContext,
): Promise<KubeObject | undefined> {
  let { object } = request;
  for (const rule of builtInAdmission) {
    const seen = { ...request, object };
    if (rule.matches(seen)) object = rule.admit(registry, seen) ?? object;
  }
  for (const hook of registry.hooks) {
    const seen = { ...request, object };
    if (!hook.matches(seen)) continue;
    const answer = await hook.admit(seen);
    for (const warning of answer.warnings ?? []) context.warn(warning);
    object = answer.object ?? object;
  }
  return object;
}
