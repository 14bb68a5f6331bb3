import type { EndpointSlice } from '../../api/generated/discovery-v1.js';

/** One write of the mirroring controller. */
export interface MirrorAction {
  readonly type: 'createSlice' | 'updateSlice' | 'deleteSlice';
  readonly slice: EndpointSlice;
}

/** Names an action in a log line or an error. */
export function describeAction({ type, slice: { metadata } }: MirrorAction): string {
  return `${type} ${metadata?.namespace}/${metadata?.name ?? `${metadata?.generateName}*`}`;
}
