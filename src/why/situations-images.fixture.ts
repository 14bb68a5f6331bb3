import { setImmediate } from 'node:timers/promises';
import type { Pod } from '../api/generated/core-v1.js';
import { kinds } from '../api/kinds.js';
import { createImageSource } from '../cluster/image-source/index.js';
import type { TestCluster } from '../cluster/test-cluster.fixture.js';
import { deferred } from '../lib/deferred.js';
import { silentLogger } from '../lib/log.js';
import { podReference } from '../node/context.js';
import type { ImageFact } from '../node/facts.js';
import { ImageError, type ImageSource } from '../node/images/image-source.js';
import { ensureImage } from '../node/performing/images.js';
import { PaperNode } from '../node/planning/world.fixture.js';
import { PodMemories } from '../node/pod-memory.js';
import { createEventRecorder } from '../reconcile/events.js';
import { key, pod, type Situation } from './situations.fixture.js';

const node = 'paper-0';
const unreachable =
  'failed to resolve reference "docker.io/library/redis:7": failed to do request: Head "https://registry-1.docker.io/v2/library/redis/manifests/7": Bad Gateway';

/** A Pod on a node that no simulated agent looks after. */
const podWith = (image: string): string =>
  pod('a', { spec: `nodeName: ${node}` }).replace('image: "x:1"', `image: "${image}"`);

/** The images of a machine that reaches no registry and makes what recipes it has; a build that is held does not end. */
function machineImages(holdsBuilds: boolean, onBuild: () => void): ImageSource {
  const chosen = new Map<string, string>();
  const present = new Set<string>();
  return createImageSource({
    pulled: {
      ensure: async () => {
        throw new ImageError('ErrImagePull', unreachable);
      },
    },
    runtime: {
      image: async (reference) =>
        present.has(reference)
          ? { id: 'sha256:1', repoTags: [reference], repoDigests: [], size: 1, volumes: [] }
          : undefined,
    },
    record: {
      get: (reference) => chosen.get(reference),
      set: (reference, standIn) => void chosen.set(reference, standIn),
    },
    registries: '/nowhere',
    load: async (recipe, { onProgress }) => {
      // A build takes its time.
      await setImmediate();
      onProgress(`${recipe}: downloading packages with apt...`);
      onBuild();
      if (holdsBuilds) await deferred().promise;
      present.add(`holdfast.local/${recipe}:7.0.15`);
      return [`holdfast.local/${recipe}:7.0.15`];
    },
  });
}

/** The node agent of a machine on paper: its own code sees to the image, tells of it, plans and makes the status. */
class PaperAgent {
  readonly #at: TestCluster;

  constructor(at: TestCluster) {
    this.#at = at;
  }

  get #client() {
    const user = { name: `system:node:${node}`, groups: ['system:nodes', 'system:authenticated'] };
    return this.#at.controlPlane.client(user);
  }

  /** Sees to the image of the Pod until it is there or, when builds are held, until one has begun. */
  async ensureImage(holdsBuilds: boolean): Promise<ImageFact | undefined> {
    const { clock } = this.#at;
    const seen = deferred();
    const memories = new PodMemories({
      clock,
      log: silentLogger,
      refresh: async () => {},
      onSettled: () => seen.resolve(),
    });
    const events = createEventRecorder({ client: this.#client, clock, component: 'kubelet', host: node });
    const images = machineImages(holdsBuilds, holdsBuilds ? seen.resolve : () => {});
    const found = await this.#pod();
    ensureImage({ images, memories, events }, { type: 'ensureImage', pod: found, container: 'main' });
    await seen.promise;
    await events.flushed();
    return memories.of(found.metadata?.uid ?? '').images.get('main');
  }

  /** Tells that a volume is not there, as the agent does when it prepares them. */
  async failMount(why: string): Promise<void> {
    const { clock } = this.#at;
    const events = createEventRecorder({ client: this.#client, clock, component: 'kubelet', host: node });
    const message = `MountVolume.SetUp failed for volume "v" : ${why}`;
    events.event(podReference(await this.#pod()), 'Warning', 'FailedMount', message);
    await events.flushed();
  }

  /** Runs the Pod as far as `act` lets it, and writes down what the plan says of it. */
  async run(standIn: string | undefined, act: (paper: PaperNode) => void): Promise<void> {
    const found = await this.#pod();
    const paper = new PaperNode(found);
    paper.nowMs = this.#at.clock.now();
    paper.standIn = standIn;
    act(paper);
    await this.#client.patchStatus(kinds.Pod, found, paper.pod.status);
  }

  async #pod(): Promise<Pod> {
    return this.#at.client.get(kinds.Pod, key('a'));
  }
}

async function addNode({ client }: TestCluster): Promise<void> {
  const made = await client.create(kinds.Node, { metadata: { name: node } });
  const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'ready' };
  await client.patchStatus(kinds.Node, made, { conditions: [ready] });
}

/** Runs the Pod with the image that stands in for its own; later, when the Events have expired, that is still so. */
const withStandIn =
  (act: (paper: PaperNode) => void) =>
  async (at: TestCluster): Promise<void> => {
    await addNode(at);
    await at.apply(podWith('redis:7'));
    const agent = new PaperAgent(at);
    const image = await agent.ensureImage(false);
    await agent.run(image?.standIn, act);
    await at.client.deleteCollection(kinds.Event, 'default');
  };

/** Images that are made on the machine. */
export const ofImages: readonly Situation[] = [
  {
    name: 'an image that is being made on the machine',
    act: async (at) => {
      await addNode(at);
      await at.apply(podWith('holdfast.local/toolbox'));
      const agent = new PaperAgent(at);
      await agent.run(undefined, (paper) => paper.pass());
      await agent.ensureImage(true);
    },
    ask: 'pod/a',
    expected: `Pod default/a: its image is being made on this machine: toolbox: downloading packages with apt...

To go on: the build ends by itself; kubectl get events -n default --field-selector involvedObject.name=a --watch shows its steps`,
  },
  {
    name: 'an image that is being made on the machine to stand in for another',
    act: async (at) => {
      await addNode(at);
      await at.apply(podWith('redis:7'));
      const agent = new PaperAgent(at);
      await agent.run(undefined, (paper) => paper.pass());
      await agent.ensureImage(true);
    },
    ask: 'pod/a',
    expected: `Pod default/a: its image is being made on this machine: redis: downloading packages with apt...

To go on: the build ends by itself; kubectl get events -n default --field-selector involvedObject.name=a --watch shows its steps`,
  },
  {
    name: 'an image that is being made after a volume was missing for a while',
    act: async (at) => {
      await addNode(at);
      await at.apply(podWith('redis:7'));
      const agent = new PaperAgent(at);
      await agent.run(undefined, (paper) => paper.pass());
      await agent.failMount('secret "web" not found');
      await at.clock.advance(5000);
      await agent.ensureImage(true);
    },
    ask: 'pod/a',
    expected: `Pod default/a: its image is being made on this machine: redis: downloading packages with apt...

To go on: the build ends by itself; kubectl get events -n default --field-selector involvedObject.name=a --watch shows its steps`,
  },
  {
    name: 'a volume that is missing after an image was made',
    act: async (at) => {
      await addNode(at);
      await at.apply(podWith('redis:7'));
      const agent = new PaperAgent(at);
      await agent.run(undefined, (paper) => paper.pass());
      await agent.ensureImage(true);
      await at.clock.advance(5000);
      await agent.failMount('secret "web" not found');
    },
    ask: 'pod/a',
    expected: `Pod default/a: a volume is not there: MountVolume.SetUp failed for volume "v" : secret "web" not found

To go on: mend what the message names; the mount is tried again by itself`,
  },
  {
    name: 'a Pod whose namesake before it waited for its image to be made',
    act: async (at) => {
      await addNode(at);
      await at.apply(podWith('redis:7'));
      const agent = new PaperAgent(at);
      await agent.ensureImage(true);
      await at.client.delete(kinds.Pod, key('a'), { gracePeriodSeconds: 0 });
      await at.apply(podWith('redis:7'));
      await agent.run(undefined, (paper) => paper.pass());
    },
    ask: 'pod/a',
    expected: `Pod default/a: the node is making its containers`,
  },
  {
    name: 'a Pod whose image stands in for another, long after the Event',
    act: withStandIn((paper) => paper.settle()),
    ask: 'pod/a',
    expected: `Pod default/a: it runs and is ready; no registry supplied docker.io/library/redis:7: holdfast.local/redis:7.0.15, made on this machine, stands in for it`,
  },
  {
    name: 'a Pod that ends again and again, and whose image stands in for another',
    act: withStandIn((paper) => {
      paper.settle();
      paper.end('main', 1);
      paper.settle();
      paper.nowMs += 15_000;
      paper.settle();
      paper.end('main', 1);
      paper.settle();
    }),
    ask: 'pod/a',
    expected: `Pod default/a: container main has been started 2 times; it ended last with code 1 (Error); no registry supplied docker.io/library/redis:7: holdfast.local/redis:7.0.15, made on this machine, stands in for it

To go on: read kubectl logs -n default a -c main --previous, and mend what it says`,
  },
];
