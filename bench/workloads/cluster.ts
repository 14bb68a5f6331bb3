import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { StatefulSet } from '../../src/api/generated/apps-v1.js';
import { kinds } from '../../src/api/kinds.js';
import { createHttpsClient, type HttpsClient } from '../../src/client/https.js';
import { asyncDisposable, DisposeStack } from '../../src/lib/async-dispose.js';
import { systemClock } from '../../src/lib/system-clock.js';
import type { LineProgram } from '../../test/tools/line-program.js';
import type { Target } from '../api/target.js';
import type { Programs } from '../programs.js';
import type { ClusterQuestion } from './cluster-main.js';

/** Nodes of the cluster, and Pods that each takes: what a kubelet takes unless it is told otherwise. */
const [nodes, podsOfNode] = [50, 110];
const namespace = 'default';

/** The sets that are to be made. */
export interface Sets {
  readonly prefix: string;
  readonly sets: number;
  readonly replicas: number;
  readonly policy: 'OrderedReady' | 'Parallel';
  /** With a claim for each Pod. */
  readonly claims?: boolean;
}

/** A control plane in a process of its own, as a user has it: over HTTPS, with its store on a disk. */
export class WorkloadCluster implements AsyncDisposable {
  readonly #program: LineProgram;
  readonly #client: HttpsClient;
  readonly #stack: DisposeStack;

  private constructor(program: LineProgram, client: HttpsClient, stack: DisposeStack) {
    this.#program = program;
    this.#client = client;
    this.#stack = stack;
  }

  /** Starts one with nothing in it. */
  static async start(programs: Programs, parent: string): Promise<WorkloadCluster> {
    const stack = new DisposeStack();
    const directory = mkdtempSync(join(parent, 'cluster-'));
    stack.use(asyncDisposable(() => rmSync(directory, { recursive: true, force: true })));
    const program = stack.use(programs.cluster());
    const question: ClusterQuestion = { ask: 'start', directory, token: randomUUID(), nodes, podsOfNode };
    const { origin, authority, token } = await program.ask<Target>(question);
    const client = stack.use(
      createHttpsClient({ connection: { server: new URL(origin), ca: authority, token } }),
    );
    const made = new WorkloadCluster(program, client, stack);
    await client.cache(kinds.StatefulSet).synced;
    await made.settle();
    return made;
  }

  /** Makes the sets; resolves when every one says that all its Pods are ready. */
  async bringUp(wanted: Sets): Promise<void> {
    const names = namesOf(wanted);
    const ready = this.#until(names, (set) => set.status?.readyReplicas === wanted.replicas);
    for (const name of names) await this.#client.create(kinds.StatefulSet, setOf(name, wanted));
    await ready;
  }

  /** Changes the Pods' template of the sets; resolves when every Pod is of the new one and ready. */
  async update(wanted: Sets): Promise<void> {
    const names = namesOf(wanted);
    const body = { spec: { template: { metadata: { annotations: { version: '2' } } } } };
    for (const name of names)
      await this.#client.patch(
        kinds.StatefulSet,
        { namespace, name },
        { type: 'application/merge-patch+json', body },
      );
    await this.#until(
      names,
      ({ metadata, status }) =>
        status?.observedGeneration === metadata?.generation &&
        status?.currentRevision === status?.updateRevision &&
        status?.readyReplicas === wanted.replicas,
    );
  }

  /** Deletes the sets; resolves when they and their Pods are gone. */
  async remove(wanted: Sets): Promise<void> {
    for (const name of namesOf(wanted))
      await this.#client.delete(kinds.StatefulSet, { namespace, name }, { propagationPolicy: 'Foreground' });
    await this.#gone(namesOf(wanted));
    await this.settle();
  }

  /** Milliseconds of processor time that the control plane has used. */
  processorMs(): Promise<number> {
    return this.#ask('processorMs');
  }

  /** Bytes of memory that the control plane holds. */
  residentBytes(): Promise<number> {
    return this.#ask('residentBytes');
  }

  /** Resolves when no controller has anything to do. */
  async settle(): Promise<void> {
    await this.#ask('settle');
  }

  /** Resolves when nothing is written any more but the nodes' leases: Events come after the work that they tell of. */
  async quiet(): Promise<void> {
    for (let before = 0; ; ) {
      const revision = await this.#ask<number>('revision');
      if (revision - before <= nodes) return;
      before = revision;
      await systemClock.sleep(2000);
    }
  }

  #ask<Answer>(ask: Exclude<ClusterQuestion['ask'], 'start'>): Promise<Answer> {
    const question: ClusterQuestion = { ask };
    return this.#program.ask<Answer>(question);
  }

  #until(names: readonly string[], done: (set: StatefulSet) => boolean): Promise<void> {
    const waiting = new Set(names);
    return this.#watch(({ name, set }) => {
      if (set !== undefined && done(set)) waiting.delete(name);
      return waiting.size === 0;
    });
  }

  #gone(names: readonly string[]): Promise<void> {
    const cache = this.#client.cache(kinds.StatefulSet);
    const left = new Set(names.filter((name) => cache.get({ namespace, name }) !== undefined));
    if (left.size === 0) return Promise.resolve();
    return this.#watch(({ name, set }) => {
      if (set === undefined) left.delete(name);
      return left.size === 0;
    });
  }

  #watch(isOver: (change: { name: string; set: StatefulSet | undefined }) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.#client.cache(kinds.StatefulSet).onChange(({ before, after }) => {
        const name = (after ?? before)?.metadata?.name ?? '';
        if (!isOver({ name, set: after })) return;
        // The listener may be called before it can be taken off.
        queueMicrotask(() => stop());
        resolve();
      });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack[Symbol.asyncDispose]();
  }
}

function namesOf({ prefix, sets }: Sets): readonly string[] {
  return Array.from({ length: sets }, (_, index) => `${prefix}-${index}`);
}

/** A set as charts have them: a few labels, one container with a probe, ports, resources and environment. */
function setOf(name: string, { replicas, policy, claims = false }: Sets): StatefulSet {
  const labels = { 'app.kubernetes.io/name': 'db', 'app.kubernetes.io/instance': name };
  const spec = {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '1Gi' } },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name, namespace, labels },
    spec: {
      serviceName: name,
      replicas,
      podManagementPolicy: policy,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 30,
          containers: [
            {
              name: 'main',
              image: 'registry.example/db:1',
              ports: [{ name: 'sql', containerPort: 3306 }],
              env: [{ name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
              resources: { requests: { cpu: '10m', memory: '16Mi' } },
              readinessProbe: { tcpSocket: { port: 'sql' }, periodSeconds: 5 },
              ...(claims ? { volumeMounts: [{ name: 'data', mountPath: '/data' }] } : {}),
            },
          ],
        },
      },
      ...(claims ? { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec }] } : {}),
    },
  };
}
