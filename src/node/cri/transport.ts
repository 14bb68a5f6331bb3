import {
  type ChannelCredentials,
  type Client,
  credentials,
  type Metadata,
  Metadata as MetadataClass,
  makeClientConstructor,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { fromJSON, type MethodDefinition, type ServiceDefinition } from '@grpc/proto-loader';
import type { Clock } from '../../lib/clock.js';
import { containerdEventsProto, criProto } from './proto.js';
import { readProto } from './proto-reader.js';
import { RuntimeError, type RuntimeFailure } from './runtime-error.js';

/** A message as protocol buffers give it: every field present, 64-bit numbers as strings. */
export type Message = Readonly<Record<string, unknown>>;

/** How long a call may take, and what calls it off. */
export interface CallOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

const loadOptions = {
  keepCase: true,
  longs: String,
  enums: String,
  defaults: true,
  arrays: true,
  objects: true,
};

function serviceOf(proto: string, name: string): ServiceDefinition {
  const found = fromJSON(readProto(proto), loadOptions)[name];
  if (found === undefined || typeof found.format === 'string')
    throw new Error(`no service ${name} in the protocol`);
  // What is not a message or an enum is a service: only those two carry `format`.
  return found as ServiceDefinition;
}

function failureOf(code: number): RuntimeFailure {
  if (code === status.UNAVAILABLE) return 'unavailable';
  if (code === status.NOT_FOUND) return 'notFound';
  if (code === status.DEADLINE_EXCEEDED) return 'timeout';
  if (code === status.CANCELLED) return 'cancelled';
  return 'refused';
}

function runtimeError(method: string, error: ServiceError): RuntimeError {
  return new RuntimeError(method, failureOf(error.code), {
    detail: error.details || error.message,
    cause: error,
  });
}

/** Calls over one unix socket: the runtime's two services, and containerd's events. */
export class CriTransport {
  readonly #services: readonly ServiceDefinition[];
  readonly #client: Client;
  readonly #clock: Clock;

  constructor(socketPath: string, clock: Clock) {
    this.#clock = clock;
    const runtime = serviceOf(criProto, 'runtime.v1.RuntimeService');
    const images = serviceOf(criProto, 'runtime.v1.ImageService');
    const events = serviceOf(containerdEventsProto, 'containerd.services.events.v1.Events');
    this.#services = [runtime, images, events];
    const insecure: ChannelCredentials = credentials.createInsecure();
    const Plain = makeClientConstructor({}, 'holdfast');
    this.#client = new Plain(`unix://${socketPath}`, insecure, {
      'grpc.max_receive_message_length': 32 * 1024 * 1024,
      'grpc.initial_reconnect_backoff_ms': 50,
      'grpc.min_reconnect_backoff_ms': 50,
      'grpc.max_reconnect_backoff_ms': 1000,
    });
  }

  /** One question, one answer. */
  call(method: string, request: Message, options: CallOptions): Promise<Message> {
    const definition = this.#method(method);
    return new Promise((resolve, reject) => {
      if (options.signal?.aborted) {
        reject(
          new RuntimeError(method, 'cancelled', {
            detail: 'called off before it began',
            cause: options.signal.reason,
          }),
        );
        return;
      }
      const call = this.#client.makeUnaryRequest<object, object>(
        definition.path,
        definition.requestSerialize,
        definition.responseDeserialize,
        request,
        new MetadataClass(),
        { deadline: this.#clock.now() + options.timeoutMs },
        (error, value) => {
          options.signal?.removeEventListener('abort', cancel);
          if (error !== null) reject(runtimeError(method, error));
          else resolve({ ...value });
        },
      );
      const cancel = (): void => call.cancel();
      options.signal?.addEventListener('abort', cancel, { once: true });
    });
  }

  /** Follows a stream of messages; resolves or rejects when it ends. */
  follow(
    method: string,
    request: Message,
    options: {
      readonly metadata: Readonly<Record<string, string>>;
      readonly signal: AbortSignal;
      readonly onMessage: (message: Message) => void;
    },
  ): Promise<void> {
    const definition = this.#method(method);
    const metadata: Metadata = new MetadataClass();
    for (const [key, value] of Object.entries(options.metadata)) metadata.set(key, value);
    return new Promise((resolve, reject) => {
      const stream = this.#client.makeServerStreamRequest<object, object>(
        definition.path,
        definition.requestSerialize,
        definition.responseDeserialize,
        request,
        metadata,
      );
      const cancel = (): void => stream.cancel();
      options.signal.addEventListener('abort', cancel, { once: true });
      stream.on('data', (message: object) => options.onMessage({ ...message }));
      stream.on('error', (error: ServiceError) => reject(runtimeError(method, error)));
      stream.on('end', () => resolve());
    });
  }

  close(): void {
    this.#client.close();
  }

  #method(name: string): MethodDefinition<object, object> {
    for (const service of this.#services) {
      const method = service[name];
      if (method !== undefined) return method;
    }
    throw new Error(`the protocol has no method ${name}`);
  }
}
