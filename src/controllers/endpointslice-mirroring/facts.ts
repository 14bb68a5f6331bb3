import type { Endpoints, Service } from '../../api/generated/core-v1.js';
import type { EndpointSlice } from '../../api/generated/discovery-v1.js';

/** All that a pass over one Endpoints object looks at. */
export interface MirrorFacts {
  readonly endpoints: Endpoints | undefined;
  /** The Service of the same name. */
  readonly service: Service | undefined;
  /** The slices that this controller made. */
  readonly slices: readonly EndpointSlice[];
}
