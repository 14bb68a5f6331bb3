import type { Service } from '../../api/generated/core-v1.js';

function variableName(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}

/** Services whose addresses a Pod finds in its environment: those of its namespace, and the API's own. */
function visible(services: readonly Service[], namespace: string, links: boolean): readonly Service[] {
  return services.filter(({ metadata, spec }) => {
    const hasAddress = spec?.clusterIP !== undefined && spec.clusterIP !== '' && spec.clusterIP !== 'None';
    const isApi = metadata?.namespace === 'default' && metadata.name === 'kubernetes';
    return hasAddress && (isApi || (links && metadata?.namespace === namespace));
  });
}

function variablesOf({ metadata, spec }: Service): readonly (readonly [string, string])[] {
  const prefix = variableName(metadata?.name ?? '');
  const host = spec?.clusterIP ?? '';
  const ports = spec?.ports ?? [];
  const [first] = ports;
  const variables: (readonly [string, string])[] = [[`${prefix}_SERVICE_HOST`, host]];
  if (first === undefined) return variables;
  variables.push([`${prefix}_SERVICE_PORT`, String(first.port)]);
  for (const { name, port } of ports)
    if (name) variables.push([`${prefix}_SERVICE_PORT_${variableName(name)}`, String(port)]);
  ports.forEach(({ port, protocol = 'TCP' }, index) => {
    const address = host.includes(':') ? `[${host}]` : host;
    const url = `${protocol.toLowerCase()}://${address}:${port}`;
    const link = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`;
    if (index === 0) variables.push([`${prefix}_PORT`, url]);
    variables.push(
      [link, url],
      [`${link}_PROTO`, protocol.toLowerCase()],
      [`${link}_PORT`, String(port)],
      [`${link}_ADDR`, host],
    );
  });
  return variables;
}

/** The variables by which Kubernetes tells a container of the Services that stand when it starts. */
export function serviceVariables(
  services: readonly Service[],
  namespace: string,
  links: boolean,
): ReadonlyMap<string, string> {
  return new Map(visible(services, namespace, links).flatMap(variablesOf));
}
