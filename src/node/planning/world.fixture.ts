import type { Container, Pod, PodSpec } from '../../api/generated/core-v1.js';
import { everyContainer } from '../../api/pods.js';
import { known } from '../../lib/known.js';
import type { PodAction } from '../actions.js';
import type { ContainerFact, ImageFact, PodFacts, SandboxFact } from '../facts.js';
import { plan } from '../plan.js';
import { definitionHash } from './pod-view.js';

/** A Pod with one container `main` unless the spec says otherwise. */
export function podOf(spec: Partial<PodSpec> = {}, metadata: Pod['metadata'] = {}): Pod {
  return {
    metadata: { name: 'p', namespace: 'default', uid: 'u1', ...metadata },
    spec: {
      nodeName: 'node-0',
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      containers: [{ name: 'main', image: 'i:1' }],
      ...spec,
    },
  };
}

/** A machine on paper: it does what the plan says, at once, and lets a test end containers as it likes. */
export class PaperNode {
  pod: Pod;
  nowMs = Date.UTC(2026, 0, 1);
  shuttingDown = false;
  gone = false;
  readonly done: PodAction[] = [];
  #sandboxes: SandboxFact[] = [];
  #containers: ContainerFact[] = [];
  #prepared: string | undefined;
  #released = false;
  readonly #images = new Map<string, ImageFact>();
  /** What the machine makes itself for the images of the next containers. */
  standIn: string | undefined;
  readonly #probes = new Map<string, { startup?: boolean; readiness?: boolean; liveness?: boolean }>();
  readonly failures = new Map<
    string,
    { reason: string; message: string; failures: number; retryAtMs: number }
  >();
  readonly operations = new Map<string, { deadlineMs?: number }>();
  #ids = 0;

  constructor(pod: Pod) {
    this.pod = pod;
  }

  get facts(): PodFacts {
    return {
      pod: this.pod,
      node: { name: 'node-0', address: '10.244.0.1' },
      runtime: known({ sandboxes: this.#sandboxes.toReversed(), containers: this.#containers.toReversed() }),
      predecessor: undefined,
      volumes: { wanted: 'v1', prepared: this.#prepared, released: this.#released },
      images: this.#images,
      probes: this.#probes,
      operations: this.operations,
      failures: this.failures,
      evicted: undefined,
      shuttingDown: this.shuttingDown,
    };
  }

  plan(): ReturnType<typeof plan> {
    return plan(this.facts, new Date(this.nowMs));
  }

  /** One pass: plans and does what the plan says. Returns how many steps there were. */
  pass(): number {
    // An event is told once, so it is no work.
    const actions = this.plan().actions.filter(({ type }) => type !== 'tellEvent');
    for (const action of actions) this.#do(action);
    return actions.length;
  }

  /** Passes until nothing is left to do now. */
  settle(): void {
    for (let passes = 0; passes < 50 && !this.gone; passes += 1) if (this.pass() === 0) return;
    if (!this.gone) throw new Error(`the plan does not come to rest: ${JSON.stringify(this.plan().actions)}`);
  }

  running(): readonly string[] {
    return this.#containers.filter(({ phase }) => phase === 'running').map(({ name }) => name);
  }

  get standing(): boolean {
    return this.#sandboxes.some(({ ready }) => ready);
  }

  get released(): boolean {
    return this.#released;
  }

  attempts(name: string): readonly number[] {
    return this.#containers.filter((container) => container.name === name).map(({ attempt }) => attempt);
  }

  /** A running container ends. */
  end(name: string, exitCode: number): void {
    this.#change((container) =>
      container.name === name && container.phase === 'running'
        ? { ...container, phase: 'exited', exitCode, finishedAtMs: this.nowMs }
        : container,
    );
  }

  probe(name: string, facts: { startup?: boolean; readiness?: boolean; liveness?: boolean }): void {
    const found = this.#containers.findLast((container) => container.name === name);
    if (found !== undefined) this.#probes.set(found.id, { ...this.#probes.get(found.id), ...facts });
  }

  /** The agent was started again: it knows no more than the runtime and the API keep. */
  forget(): void {
    this.#images.clear();
    this.#probes.clear();
  }

  /** The machine was switched off: nothing runs, and the agent has forgotten all but what the runtime keeps. */
  reboot(forgetContainers = false): void {
    this.#sandboxes = forgetContainers
      ? []
      : this.#sandboxes.map((sandbox) => ({ ...sandbox, ready: false, addresses: [] }));
    this.#containers = forgetContainers
      ? []
      : this.#containers.map((container) =>
          container.phase === 'running'
            ? { ...container, phase: 'exited', exitCode: 255, finishedAtMs: this.nowMs }
            : container,
        );
    this.#images.clear();
    this.#probes.clear();
    this.#prepared = undefined;
    this.shuttingDown = false;
  }

  delete(graceSeconds = 30): void {
    const deletionTimestamp = new Date(this.nowMs + graceSeconds * 1000).toISOString();
    this.pod = {
      ...this.pod,
      metadata: { ...this.pod.metadata, deletionTimestamp, deletionGracePeriodSeconds: graceSeconds },
    };
  }

  #change(change: (container: ContainerFact) => ContainerFact): void {
    this.#containers = this.#containers.map(change);
  }

  #do(action: PodAction): void {
    this.done.push(action);
    switch (action.type) {
      case 'prepareVolumes':
        this.#prepared = action.version;
        this.#released = false;
        return;
      case 'ensureImage':
        this.#images.set(action.container, {
          runReference: this.standIn ?? 'i',
          imageId: 'sha256:1',
          ...(this.standIn !== undefined && { standIn: this.standIn }),
        });
        return;
      case 'runSandbox':
        this.#sandboxes.push({
          id: this.#id('s'),
          attempt: action.attempt,
          ready: true,
          createdAtMs: this.nowMs,
          addresses: ['10.244.0.9'],
        });
        return;
      case 'startContainer':
        this.#start(action);
        return;
      case 'stopContainer':
        this.#change((container) =>
          container.id === action.id
            ? { ...container, phase: 'exited', exitCode: 143, finishedAtMs: this.nowMs }
            : container,
        );
        return;
      case 'removeContainer':
        this.#containers = this.#containers.filter(({ id }) => id !== action.id);
        return;
      case 'stopSandbox':
        this.#sandboxes = this.#sandboxes.map((sandbox) =>
          sandbox.id === action.id ? { ...sandbox, ready: false } : sandbox,
        );
        return;
      default:
        this.#note(action);
    }
  }

  #note(action: PodAction): void {
    if (action.type === 'removeSandbox')
      this.#sandboxes = this.#sandboxes.filter(({ id }) => id !== action.id);
    if (action.type === 'releasePod') this.#released = true;
    if (action.type === 'startProbes') this.#probes.set(action.id, { readiness: action.initial.ready });
    if (action.type === 'stopProbes') for (const id of action.ids) this.#probes.delete(id);
    if (action.type === 'writeStatus') this.pod = { ...this.pod, status: action.status };
    if (action.type === 'deletePod') this.gone = true;
  }

  #start(action: Extract<PodAction, { type: 'startContainer' }>): void {
    const container = this.#definition(action.container);
    this.#containers.push({
      id: this.#id('c'),
      sandboxId: action.sandboxId,
      name: action.container,
      attempt: action.attempt,
      phase: 'running',
      imageRef: 'sha256:1',
      createdAtMs: this.nowMs,
      startedAtMs: this.nowMs,
      exitCode: 0,
      reason: '',
      message: '',
      hash: definitionHash(container),
      backoffMs: action.backoffMs,
      ...(action.image.standIn !== undefined && { standIn: action.image.standIn }),
    });
  }

  #definition(name: string): Container {
    return everyContainer(this.pod).find((container) => container.name === name) ?? { name };
  }

  #id(prefix: string): string {
    this.#ids += 1;
    return `${prefix}${this.#ids}`;
  }
}
