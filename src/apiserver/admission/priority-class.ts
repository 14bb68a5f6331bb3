import { kinds } from '../../api/kinds.js';
import { forbidden } from '../../api/status-error.js';
import { isSystemPriorityClass } from '../../api/validation/small-kinds.js';
import type { Registry } from '../registry/registry.js';
import type { BuiltIn } from './built-in.js';
import { globalDefault } from './pod-priority.js';

function admitDefault(registry: Registry, name: string): void {
  const standing = globalDefault(registry)?.metadata?.name;
  if (standing === undefined || standing === name) return;
  const why = `PriorityClass ${standing} is already marked as default. Only one default can exist`;
  throw forbidden(kinds.PriorityClass, name, why);
}

/** One PriorityClass at most is that of Pods that name none, and those of the system stay. */
export const priorityClass: BuiltIn = {
  name: 'PriorityClass',
  matches: ({ kind, subresource }) =>
    kind.group === 'scheduling.k8s.io' && kind.kind === 'PriorityClass' && subresource === undefined,
  admit: (registry, { operation, name, object }) => {
    if (operation === 'DELETE') {
      if (!isSystemPriorityClass(name)) return undefined;
      const why = 'this is a system priority class and cannot be deleted';
      throw forbidden(kinds.PriorityClass, name, why);
    }
    if (object !== undefined && 'globalDefault' in object && object.globalDefault === true)
      admitDefault(registry, name);
    return undefined;
  },
};
