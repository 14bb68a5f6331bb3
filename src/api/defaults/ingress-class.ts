import type { IngressClass } from '../generated/networking-v1.js';
import { change, fill } from './fill.js';

/** An IngressClass's defaults: parameters are of the whole cluster. */
export function defaultIngressClass(ingressClass: IngressClass): IngressClass {
  return change(ingressClass, 'spec', (spec) =>
    change(spec, 'parameters', (parameters) => fill(parameters, { scope: 'Cluster' })),
  );
}
