import type { FeatureGates } from '../../api/feature-gates.js';
import { kinds } from '../../api/kinds.js';
import { isNotFound } from '../../api/status-error.js';
import type { Client } from '../../client/client.js';
import { createHttpsClient, type HttpsClient } from '../../client/https.js';
import { loadKubeconfig } from '../../client/kubeconfig.js';
import {
  type PublishedPort,
  publish,
  type RunningCluster,
  type StartOptions,
  simulationText,
  startCluster,
  UserError,
} from '../../cluster/index.js';
import { answerText, explain } from '../../why/index.js';
import { type Applied, applyManifests, displayName } from '../apply.js';
import { readMembers } from '../clone-progress.js';
import { connectLines } from '../connect.js';
import { type Context, say } from '../context.js';
import { readManifests } from '../manifests.js';
import { createPainter, type Painter } from '../progress/painter.js';
import { type Pending, waitUntilReady } from '../watch-world.js';

/** Flags of `holdfast up`. */
export interface UpFlags {
  readonly namespace: string;
  /** Seconds until everything applied must be ready. */
  readonly timeout: number;
  readonly publish: readonly string[];
  readonly wait: boolean;
  /** Gates to turn on or off; undefined leaves them as they are. */
  readonly featureGates?: Partial<FeatureGates>;
  readonly simulated: boolean;
  readonly simulatedNodes?: number;
  readonly simulatedSpeed?: number;
}

/** Starts the cluster if needed, applies the files, shows how it comes up, and says how to connect. */
export async function up(context: Context, files: readonly string[], flags: UpFlags): Promise<void> {
  // Read first: a manifest that cannot be parsed must leave the machine as it was.
  const manifests = readManifests(files, context.standardInput);
  const wishes = flags.publish.map((text) => parsePublish(text, flags.namespace));
  const simulated = simulationIn(flags);
  const { clock, paths } = context;
  const startedMs = clock.now();
  const painter = createPainter(context.output);
  const cluster = await start(context, painter, { featureGates: flags.featureGates, simulated });
  await using client = createHttpsClient({ connection: loadKubeconfig([cluster.kubeconfig]), clock });
  const warn = (message: string): void => painter.note(`warning: ${message}`);
  const applied = await applyManifests(client, manifests, { namespace: flags.namespace, warn });
  for (const one of applied) painter.note(`${displayName(one)} ${one.outcome}`);
  const published: PublishedPort[] = [];
  for (const wish of wishes) {
    await mustExist(client, wish);
    published.push(await publish(paths, wish));
  }
  if (flags.wait && applied.length > 0) {
    await waitAndReport(applied, { context, client, painter, timeoutMs: flags.timeout * 1000 });
    say(context, `\nready after ${((clock.now() - startedMs) / 1000).toFixed(1)} s`);
  }
  const reachable = {
    sets: await setsOf(client, applied),
    published: published.length > 0 ? published : cluster.published,
    kubeconfig: cluster.kubeconfig,
    isSimulated: cluster.simulated !== undefined,
  };
  for (const line of connectLines(reachable)) say(context, line);
}

async function start(
  { paths, config, clock }: Context,
  painter: Painter,
  how: Pick<StartOptions, 'featureGates' | 'simulated'>,
): Promise<RunningCluster> {
  const show = (text: string): void =>
    painter.draw([{ depth: 0, mark: 'moving', name: `cluster ${paths.name}`, text }]);
  const cluster = await startCluster({ paths, config, clock, ...how }, show);
  painter.draw([]);
  const state = cluster.wasRunning ? 'is running' : `is up at ${cluster.apiUrl}`;
  const { simulated } = cluster;
  const kind =
    simulated === undefined ? '' : `, simulated: no container runs in it (${simulationText(simulated)})`;
  painter.note(`cluster ${paths.name} ${state}${kind}`);
  return cluster;
}

/** What is asked of a simulated cluster; undefined when containers are to run. */
function simulationIn(flags: UpFlags): StartOptions['simulated'] {
  const { simulated, simulatedNodes: nodes, simulatedSpeed: speed, publish: published } = flags;
  if (!simulated) {
    const lone = nodes !== undefined ? '--simulated-nodes' : speed !== undefined ? '--simulated-speed' : '';
    if (lone !== '') throw new UserError(`${lone} goes with --simulated`);
    return undefined;
  }
  if (published.length > 0) {
    throw new UserError(
      `--publish ${published[0]}: no port of a simulated cluster can be published, since nothing would answer`,
    );
  }
  return { ...(nodes === undefined ? {} : { nodes }), ...(speed === undefined ? {} : { speed }) };
}

interface WaitContext {
  readonly context: Context;
  readonly client: HttpsClient;
  readonly painter: Painter;
  readonly timeoutMs: number;
}

/** Objects that are explained at the end at most; more would hide the first. */
const explained = 3;

async function waitAndReport(applied: readonly Applied[], by: WaitContext): Promise<void> {
  const { context, client, painter, timeoutMs } = by;
  const pending = await waitUntilReady(applied, { client, clock: context.clock, painter, timeoutMs });
  if (pending.length === 0) return;
  for (const { subject } of pending.slice(0, explained)) {
    const moment = { now: new Date(context.clock.now()), members: () => readMembers(client) };
    const links = await explain(client, subject, moment);
    say(context, `${answerText(links)}\n`);
  }
  const chain = pending
    .map(({ name, readiness, why }: Pending) => `${name} ${readiness.text}${why === '' ? '' : ` (${why})`}`)
    .join(', ');
  throw new UserError(`not ready after ${timeoutMs / 1000} s: ${chain}`);
}

// Refused before its port is opened: nothing would ever answer there.
async function mustExist(
  client: Client,
  { namespace, service }: { namespace: string; service: string },
): Promise<void> {
  try {
    await client.get(kinds.Service, { namespace, name: service });
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new UserError(`--publish ${service}: there is no Service ${service} in namespace ${namespace}`, {
      cause: error,
    });
  }
}

async function setsOf(client: Client, applied: readonly Applied[]) {
  const names = applied.filter(({ kind }) => kind.kind === 'StatefulSet');
  return Promise.all(names.map(({ key }) => client.get(kinds.StatefulSet, key)));
}

/** Reads `[NAMESPACE/]SERVICE[:PORT]`; PORT is a name or number of the Service's ports. */
export function parsePublish(
  text: string,
  namespace: string,
): { namespace: string; service: string; port?: string } {
  const match = /^(?:([a-z0-9-]+)\/)?([a-z0-9-]+)(?::([a-z0-9-]+))?$/.exec(text);
  if (match === null) throw new UserError(`--publish ${text}: write it as [NAMESPACE/]SERVICE[:PORT]`);
  const [, given, service = '', port] = match;
  return { namespace: given ?? namespace, service, ...(port !== undefined && { port }) };
}
