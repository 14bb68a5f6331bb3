import type { ConfigMap } from '../../api/generated/core-v1.js';

/** One write of this controller: `update` carries the version that it goes over. */
export interface RootCaAction {
  readonly type: 'create' | 'update';
  readonly config: ConfigMap;
}

/** Names an action in a log line or an error. */
export function describeAction({ type, config }: RootCaAction): string {
  return `${type} ConfigMap ${config.metadata?.namespace}/${config.metadata?.name}`;
}
