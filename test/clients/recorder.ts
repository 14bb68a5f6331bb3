import { setTimeout as pause } from 'node:timers/promises';
import { CoreV1Api, type KubeConfig, ListWatch, type V1ConfigMap, Watch } from '../tools/client-node.js';

const path = '/api/v1/namespaces/default/configmaps';

/** One event, as `ADDED object-1 17`. */
export function eventText(type: string, { metadata }: V1ConfigMap): string {
  return `${type} ${metadata?.name} ${metadata?.resourceVersion}`;
}

/** client-node's watch, with everything that comes over the wire written down: its cache swallows what comes twice. */
class RecordingWatch extends Watch {
  readonly #raw: string[];

  constructor(config: KubeConfig, raw: string[]) {
    super(config);
    this.#raw = raw;
  }

  override watch(...[at, query, callback, done]: Parameters<Watch['watch']>): Promise<AbortController> {
    const record: typeof callback = (phase, object, whole) => {
      this.#raw.push(phase === 'ERROR' ? `ERROR ${object.code} ${object.reason}` : eventText(phase, object));
      callback(phase, object, whole);
    };
    return super.watch(at, query, record, done);
  }
}

/** An informer of client-node on the ConfigMaps of a namespace, as its documentation has it: started again whenever it fails. */
export class Recorder implements AsyncDisposable {
  /** Events of all watches, as they came. */
  readonly raw: string[] = [];
  /** What the informer told its listeners. */
  readonly told: {
    readonly verb: 'add' | 'update' | 'delete';
    readonly name: string;
    readonly revision: number;
  }[] = [];
  lists = 0;
  failures = 0;
  readonly #informer: ListWatch<V1ConfigMap>;
  #stopped = false;

  constructor(config: KubeConfig) {
    const api = config.makeApiClient(CoreV1Api);
    const list = () => {
      this.lists += 1;
      return api.listNamespacedConfigMap({ namespace: 'default' });
    };
    this.#informer = new ListWatch<V1ConfigMap>(path, new RecordingWatch(config, this.raw), list, false);
    for (const verb of ['add', 'update', 'delete'] as const) {
      this.#informer.on(verb, ({ metadata }) => {
        this.told.push({ verb, name: metadata?.name ?? '', revision: Number(metadata?.resourceVersion) });
      });
    }
    this.#informer.on('error', () => {
      this.failures += 1;
      this.#again().catch(() => {});
    });
  }

  start(): Promise<void> {
    return this.#informer.start();
  }

  /** What the informer's cache holds, as `name revision`. */
  get cached(): readonly string[] {
    return this.#informer
      .list()
      .map(({ metadata }) => `${metadata?.name} ${metadata?.resourceVersion}`)
      .sort();
  }

  async #again(): Promise<void> {
    await pause(100);
    if (!this.#stopped) await this.#informer.start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    await this.#informer.stop();
  }
}
