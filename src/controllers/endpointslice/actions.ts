import type { Endpoints } from '../../api/generated/core-v1.js';
import type { EndpointSlice } from '../../api/generated/discovery-v1.js';

/** One write of the endpoint controller. */
export type EndpointAction =
  | { readonly type: 'createSlice'; readonly slice: EndpointSlice }
  | { readonly type: 'updateSlice'; readonly slice: EndpointSlice }
  | { readonly type: 'deleteSlice'; readonly slice: EndpointSlice }
  | { readonly type: 'createEndpoints'; readonly endpoints: Endpoints }
  | { readonly type: 'updateEndpoints'; readonly endpoints: Endpoints }
  | { readonly type: 'deleteEndpoints'; readonly endpoints: Endpoints };

/** Names an action in a log line or an error. */
export function describeAction(action: EndpointAction): string {
  const { metadata } = 'slice' in action ? action.slice : action.endpoints;
  return `${action.type} ${metadata?.namespace}/${metadata?.name ?? `${metadata?.generateName}*`}`;
}
