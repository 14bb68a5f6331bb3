import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import {
  FeatureGateError,
  type FeatureGates,
  featureGateNames,
  parseFeatureGates,
} from '../api/feature-gates.js';
import { KubeconfigError } from '../client/kubeconfig.js';
import {
  isNodeCount,
  isSpeed,
  MAX_SIMULATED_NODES,
  MAX_SIMULATED_SPEED,
  UserError,
} from '../cluster/index.js';
import { messageOf } from '../lib/errors.js';
import { VERSION } from '../lib/version.js';
import { down } from './commands/down.js';
import { exec } from './commands/exec.js';
import { imageBuild, imageList, imageLoad } from './commands/image.js';
import { kubeconfig, kubectl } from './commands/kubectl.js';
import { resize } from './commands/resize.js';
import { status } from './commands/status.js';
import { up } from './commands/up.js';
import { why } from './commands/why.js';
import { type Context, createContext } from './context.js';

function program(): Command {
  const root = new Command('holdfast')
    .description('Runs stateful Kubernetes workloads on this machine, and replicated MySQL on any Kubernetes')
    .version(VERSION)
    .option('--cluster <name>', 'the cluster to work with (HOLDFAST_CLUSTER, "default")')
    .enablePositionalOptions()
    .exitOverride();
  const context = (): Context => createContext(root.opts<{ cluster?: string }>().cluster);
  addUp(root, context);
  root
    .command('status')
    .description('show what runs')
    .addOption(new Option('-o, --output <format>', 'text or json').choices(['text', 'json']).default('text'))
    .action(async (flags) => status(context(), flags));
  root
    .command('down')
    .description('shut the cluster down; its data is kept')
    .option('--purge', 'remove the data as well', false)
    .option('--images', 'with --purge: remove the image cache that all clusters share', false)
    .action(async (flags) => down(context(), flags));
  root
    .command('kubeconfig')
    .description('print the kubeconfig')
    .action(() => kubeconfig(context()));
  root
    .command('kubectl')
    .description('run the kubectl on PATH against the cluster')
    .argument('[args...]')
    .passThroughOptions()
    .allowUnknownOption()
    .helpOption(false)
    .action(async (args: string[]) => {
      process.exitCode = await kubectl(context(), args);
    });
  addWhy(root, context);
  addExec(root, context);
  addResize(root, context);
  addImage(root, context);
  return root;
}

function addUp(root: Command, context: () => Context): void {
  root
    .command('up')
    .description(
      'start the cluster if needed, apply the files, show how they come up, and say how to connect',
    )
    .argument('[files...]', 'manifests: files, directories, or - for standard input')
    .option('-n, --namespace <name>', 'namespace of objects that name none', 'default')
    .option('--timeout <seconds>', 'time until everything applied must be ready', seconds, 300)
    .option(
      '--publish <service[:port]>',
      'make a Service reachable on 127.0.0.1 (may be given again)',
      collect,
      [],
    )
    .option(
      '--feature-gates <name=true,...>',
      `Kubernetes feature gates, remembered for the cluster (${featureGateNames.join(', ')})`,
      featureGates,
    )
    .option('--no-wait', 'return as soon as the files are applied')
    .option('--simulated', 'a cluster whose Pods exist on paper only: no root, no containers', false)
    .option('--simulated-nodes <count>', 'its nodes, remembered (1)', simulatedNodes)
    .option('--simulated-speed <times>', 'its Pods live this much faster than told, remembered (1)', speed)
    .action(async (files: string[], flags) => up(context(), files, flags));
}

function addWhy(root: Command, context: () => Context): void {
  root
    .command('why')
    .description('say why an object is not there, not ready or not gone, and what would let it go on')
    .argument('<kind/name>', 'an object as kubectl names it, or dns/NAME')
    .option('-n, --namespace <name>', 'namespace of the object', 'default')
    .addOption(new Option('-o, --output <format>', 'text or json').choices(['text', 'json']).default('text'))
    .option('--kubeconfig <file>', 'ask about the cluster of this file instead')
    .action(async (question: string, flags) => {
      process.exitCode = await why(context(), question, flags);
    });
}

function addExec(root: Command, context: () => Context): void {
  root
    .command('exec')
    .description('run a command in a Pod, without kubectl')
    .argument('<pod>')
    .argument('[command...]', 'what to run, after --')
    .option('-n, --namespace <name>', 'namespace of the Pod', 'default')
    .option('-c, --container <name>', "the container; the Pod's first one unless given")
    .option('-i, --stdin', 'hand standard input on', false)
    .option('-t, --tty', 'with a terminal', false)
    .passThroughOptions()
    .action(async (pod: string, command: string[], flags) => {
      process.exitCode = await exec(context(), [pod, ...command], flags);
    });
}

function addResize(root: Command, context: () => Context): void {
  root
    .command('resize')
    .description('change the claim templates of a StatefulSet and grow its claims; its Pods run on')
    .argument('<statefulset/name>')
    .option('-n, --namespace <name>', 'namespace of the set', 'default')
    .option('--template <name=size>', 'the new size of a claim template (may be given again)', collect, [])
    .option('-f, --filename <file>', 'take the claim templates of the set in this manifest')
    .option('--kubeconfig <file>', 'a set of the cluster of this file instead')
    .option('--dry-run', 'show the plan and change nothing', false)
    .option('-y, --yes', 'do not ask', false)
    .action(async (subject: string, flags) => resize(context(), subject, flags));
}

function addImage(root: Command, context: () => Context): void {
  const image = root.command('image').description('the images of the node');
  image
    .command('ls')
    .description('list recipes, built archives and what the node has')
    .action(async () => imageList(context()));
  image
    .command('load')
    .description('load an archive (docker save or OCI layout) into the running node')
    .argument('<archive>')
    .action(async (archive: string) => imageLoad(context(), archive));
  image
    .command('build')
    .description('build an image from its recipe, from Debian packages')
    .argument('<name>')
    .action(async (name: string) => imageBuild(context(), name));
}

function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError('it must be a number of seconds above 0');
  return value;
}

function simulatedNodes(text: string): number {
  const value = Number(text);
  if (isNodeCount(value)) return value;
  throw new InvalidArgumentError(`it must be a whole number from 1 to ${MAX_SIMULATED_NODES}`);
}

function speed(text: string): number {
  const value = Number(text);
  if (isSpeed(value)) return value;
  throw new InvalidArgumentError(`it must be a number above 0, and ${MAX_SIMULATED_SPEED} at most`);
}

function featureGates(text: string): Partial<FeatureGates> {
  try {
    return parseFeatureGates(text);
  } catch (error) {
    if (error instanceof FeatureGateError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}

function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

// The only place that turns a failure into an exit code: one line for what a user can mend, the stack for what is our fault.
async function main(): Promise<void> {
  try {
    await program().parseAsync(process.argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode;
    } else if (error instanceof UserError || error instanceof KubeconfigError) {
      process.stderr.write(`holdfast: ${error.message}\n`);
      process.exitCode = error instanceof UserError ? error.exitCode : 1;
    } else {
      const detail = error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
      process.stderr.write(`holdfast: ${detail}\n`);
      process.exitCode = 70;
    }
  }
}

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

await main();
