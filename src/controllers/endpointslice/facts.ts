import type { Endpoints, Pod, Service } from '../../api/generated/core-v1.js';
import type { EndpointSlice } from '../../api/generated/discovery-v1.js';

/** All that a pass over one Service looks at. */
export interface EndpointFacts {
  /** Undefined when the Service is gone and only its endpoints are left. */
  readonly service: Service | undefined;
  /** Pods that the Service selects. */
  readonly pods: readonly Pod[];
  /** The slices that this controller made for the Service. */
  readonly slices: readonly EndpointSlice[];
  /** The Endpoints object of the Service's name. */
  readonly endpoints: Endpoints | undefined;
}
