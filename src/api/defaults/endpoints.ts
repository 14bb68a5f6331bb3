import type { Endpoints } from '../generated/core-v1.js';
import type { EndpointSlice } from '../generated/discovery-v1.js';
import { change, fill, mapList } from './fill.js';

/** The defaults of an Endpoints object. */
export function defaultEndpoints(endpoints: Endpoints): Endpoints {
  return change(endpoints, 'subsets', (subsets) =>
    mapList(subsets, (subset) =>
      change(subset, 'ports', (ports) => mapList(ports, (port) => fill(port, { protocol: 'TCP' }))),
    ),
  );
}

/** An EndpointSlice's defaults. */
export function defaultEndpointSlice(slice: EndpointSlice): EndpointSlice {
  return change(slice, 'ports', (ports) =>
    mapList(ports, (port) => fill(port, { name: '', protocol: 'TCP' })),
  );
}
