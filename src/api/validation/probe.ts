import { type FieldError, forbidden, invalidValue, notSupported, required } from '../field-error.js';
import type {
  Container,
  ContainerPort,
  HTTPGetAction,
  Lifecycle,
  LifecycleHandler,
  Probe,
} from '../generated/core-v1.js';
import { portName, portNumber } from '../names.js';
import { nonNegative } from './common.js';

function validatePort(path: string, port: number | string | undefined): FieldError[] {
  if (typeof port === 'number') return portNumber(port).map((message) => invalidValue(path, port, message));
  return portName(port ?? '').map((message) => invalidValue(path, port ?? '', message));
}

function validateHttpGet(path: string, action: HTTPGetAction): FieldError[] {
  const errors: FieldError[] = [];
  if (!action.path) errors.push(required(`${path}.path`));
  errors.push(...validatePort(`${path}.port`, action.port));
  const scheme = action.scheme ?? 'HTTP';
  if (scheme !== 'HTTP' && scheme !== 'HTTPS')
    errors.push(notSupported(`${path}.scheme`, scheme, ['HTTP', 'HTTPS']));
  for (const header of action.httpHeaders ?? []) {
    if (/^[-A-Za-z0-9]+$/.test(header.name ?? '')) continue;
    const message =
      "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')";
    errors.push(invalidValue(`${path}.httpHeaders`, header.name ?? '', message));
  }
  return errors;
}

type Handler = Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'> & Pick<LifecycleHandler, 'sleep'>;

/** A handler, and the seconds that the Pod is given to stop. */
type TimedHandler = Handler & { readonly grace?: number | undefined };

function validateSleep(path: string, seconds: number, grace: number | undefined): FieldError[] {
  if (grace === undefined || (seconds >= 0 && seconds <= grace)) return [];
  const message = `must be non-negative and less than terminationGracePeriodSeconds (${grace})`;
  return [invalidValue(path, seconds, message)];
}

function validateOneHandler(path: string, name: string, handler: TimedHandler): FieldError[] {
  if (name === 'exec') return handler.exec?.command?.length ? [] : [required(`${path}.exec.command`)];
  if (name === 'httpGet' && handler.httpGet) return validateHttpGet(`${path}.httpGet`, handler.httpGet);
  if (name === 'tcpSocket') return validatePort(`${path}.tcpSocket.port`, handler.tcpSocket?.port);
  if (name === 'grpc') return validatePort(`${path}.grpc.port`, handler.grpc?.port ?? 0);
  return validateSleep(`${path}.sleep`, handler.sleep?.seconds ?? 0, handler.grace);
}

function validateHandler(
  path: string,
  handler: TimedHandler,
  names: readonly (keyof Handler)[],
): FieldError[] {
  const given = names.filter((name) => handler[name] !== undefined && handler[name] !== null);
  const [first, ...more] = given;
  if (first === undefined) return [required(path, 'must specify a handler type')];
  return [
    ...validateOneHandler(path, first, handler),
    ...more.map((name) => forbidden(`${path}.${name}`, 'may not specify more than 1 handler type')),
  ];
}

function validateProbe(path: string, probe: Probe | undefined, readiness: boolean): FieldError[] {
  if (probe === undefined || probe === null) return [];
  const numbers = [
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ] as const;
  const errors = validateHandler(path, probe, ['exec', 'httpGet', 'tcpSocket', 'grpc']);
  errors.push(...numbers.flatMap((name) => nonNegative(`${path}.${name}`, probe[name])));
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace !== null && grace <= 0) {
    errors.push(invalidValue(`${path}.terminationGracePeriodSeconds`, grace, 'must be greater than 0'));
  }
  if (readiness && grace !== undefined && grace !== null) {
    const message = 'must not be set for readinessProbes';
    errors.push(invalidValue(`${path}.terminationGracePeriodSeconds`, grace, message));
  }
  if (!readiness && probe.successThreshold !== undefined && probe.successThreshold !== 1) {
    errors.push(invalidValue(`${path}.successThreshold`, probe.successThreshold, 'must be 1'));
  }
  return errors;
}

function validateLifecycle(
  path: string,
  lifecycle: Lifecycle | undefined,
  grace: number | undefined,
): FieldError[] {
  const names = ['exec', 'httpGet', 'tcpSocket', 'sleep'] as const;
  const { postStart, preStop } = lifecycle ?? {};
  return [
    ...(postStart ? validateHandler(`${path}.postStart`, { ...postStart, grace }, names) : []),
    ...(preStop ? validateHandler(`${path}.preStop`, { ...preStop, grace }, names) : []),
  ];
}

/** The probes and hooks of a container of a Pod that is given `grace` seconds to stop. */
export function validateHandlers(path: string, container: Container, grace?: number): FieldError[] {
  return [
    ...validateLifecycle(`${path}.lifecycle`, container.lifecycle, grace),
    ...validateProbe(`${path}.livenessProbe`, container.livenessProbe, false),
    ...validateProbe(`${path}.readinessProbe`, container.readinessProbe, true),
    ...validateProbe(`${path}.startupProbe`, container.startupProbe, false),
  ];
}

/** The ports that a container declares. */
export function validateContainerPorts(path: string, ports: readonly ContainerPort[]): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap((port, index) => {
    const at = `${path}[${index}]`;
    const errors: FieldError[] = [];
    if (port.name) {
      errors.push(...portName(port.name).map((message) => invalidValue(`${at}.name`, port.name, message)));
      if (names.has(port.name))
        errors.push({
          field: `${at}.name`,
          reason: 'FieldValueDuplicate',
          message: `Duplicate value: "${port.name}"`,
        });
      names.add(port.name);
    }
    if (!port.containerPort) errors.push(required(`${at}.containerPort`));
    else
      errors.push(
        ...portNumber(port.containerPort).map((message) =>
          invalidValue(`${at}.containerPort`, port.containerPort, message),
        ),
      );
    if (port.hostPort)
      errors.push(
        ...portNumber(port.hostPort).map((message) => invalidValue(`${at}.hostPort`, port.hostPort, message)),
      );
    if (!port.protocol) errors.push(required(`${at}.protocol`));
    else if (!['SCTP', 'TCP', 'UDP'].includes(port.protocol))
      errors.push(notSupported(`${at}.protocol`, port.protocol, ['SCTP', 'TCP', 'UDP']));
    return errors;
  });
}
