import { semanticEqual } from '../../api/deep.js';
import type { Endpoints, Service } from '../../api/generated/core-v1.js';
import type { EndpointSlice } from '../../api/generated/discovery-v1.js';
import { isTerminating } from '../../api/pods.js';
import type { Plan } from '../../reconcile/contract.js';
import type { MirrorAction } from './actions.js';
import type { MirrorFacts } from './facts.js';
import { leaderAnnotation, skipLabel } from './labels.js';
import { mirroredSlices } from './mirrored.js';

/** Decides the writes that make slices say what hand-made Endpoints say. */
export function planMirror({ endpoints, service, slices }: MirrorFacts): Plan<MirrorAction> {
  const wanted = isMirrored(endpoints, service) ? mirroredSlices(endpoints) : [];
  const left = slices.filter((slice) => !isTerminating(slice));
  const actions = wanted.flatMap((slice): readonly MirrorAction[] => {
    const at = left.findIndex((old) => servesAs(old, slice));
    if (at < 0) return [{ type: 'createSlice', slice }];
    const [old] = left.splice(at, 1);
    return old === undefined ? [] : changed(old, slice);
  });
  return { actions: [...actions, ...left.map((slice): MirrorAction => ({ type: 'deleteSlice', slice }))] };
}

/** Endpoints of a Service without a selector, unless they say otherwise. */
function isMirrored(endpoints: Endpoints | undefined, service: Service | undefined): endpoints is Endpoints {
  if (endpoints === undefined || service === undefined || isTerminating(endpoints)) return false;
  const { labels, annotations } = endpoints.metadata ?? {};
  if (labels?.[skipLabel] === 'true' || annotations?.[leaderAnnotation] !== undefined) return false;
  return Object.keys(service.spec?.selector ?? {}).length === 0 && service.spec?.type !== 'ExternalName';
}

function servesAs(old: EndpointSlice, wanted: EndpointSlice): boolean {
  return old.addressType === wanted.addressType && semanticEqual(old.ports, wanted.ports);
}

function changed(old: EndpointSlice, wanted: EndpointSlice): readonly MirrorAction[] {
  const { labels, annotations } = wanted.metadata ?? {};
  const same =
    semanticEqual(old.endpoints, wanted.endpoints) &&
    semanticEqual(old.metadata?.labels, labels) &&
    semanticEqual(old.metadata?.annotations, annotations);
  if (same) return [];
  const metadata = { ...old.metadata, labels, annotations };
  return [{ type: 'updateSlice', slice: { ...wanted, metadata } }];
}
