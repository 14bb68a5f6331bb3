/** Label of a slice: the Service it belongs to. */
export const serviceNameLabel = 'kubernetes.io/service-name';
/** Label of a slice: who keeps it. */
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by';
/** This controller, as slices name it. */
export const manager = 'endpointslicemirroring-controller.k8s.io';
/** Label of Endpoints that are not to be mirrored. */
export const skipLabel = 'endpointslice.kubernetes.io/skip-mirror';
/** Annotation of Endpoints that an election of old is held by; they hold no addresses. */
export const leaderAnnotation = 'control-plane.alpha.kubernetes.io/leader';
