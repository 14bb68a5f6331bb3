import type { Service, ServicePort } from '../../api/generated/core-v1.js';
import type { EndpointSlice } from '../../api/generated/discovery-v1.js';
import type { PublishedPort } from '../keeper/messages.js';

/** Where a connection may go. */
export interface Target {
  readonly address: string;
  readonly port: number;
}

/** The Service's port that is meant: by name, by number, or its first one. */
export function servicePort(service: Service, wanted: string | undefined): ServicePort | undefined {
  const ports = service.spec?.ports ?? [];
  if (wanted === undefined) return ports[0];
  return ports.find(({ name, port }) => name === wanted || String(port) === wanted);
}

/**
 * The ready endpoints of a published Service, headless or not. A port number that the Service does not declare is dialled as it is, since
 * a headless Service may declare none.
 */
export function targetsOf(
  service: Service | undefined,
  slices: readonly EndpointSlice[],
  published: PublishedPort,
): readonly Target[] {
  if (service === undefined) return [];
  const declared = servicePort(service, published.port);
  const bare = Number(published.port);
  return slices.flatMap((slice) => {
    const port =
      declared === undefined
        ? undefined
        : slice.ports?.find(({ name }) => (name ?? '') === (declared.name ?? ''))?.port;
    const number = port ?? (declared === undefined && Number.isInteger(bare) ? bare : undefined);
    if (number === undefined) return [];
    const ready = (slice.endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false);
    return ready.flatMap(({ addresses }) => addresses.map((address) => ({ address, port: number })));
  });
}
