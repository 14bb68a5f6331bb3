import type { StatefulSet } from '../../api/generated/apps-v1.js';
import { kinds } from '../../api/kinds.js';
import { UserError } from '../../cluster/index.js';
import { type Context, clientOf, say } from '../context.js';
import { readManifests } from '../manifests.js';
import type { ResizeWish } from '../resize/facts.js';
import { carryOut, prepareResize, type ResizeTarget, resizeLines } from '../resize/index.js';

/** Flags of `holdfast resize`. */
export interface ResizeFlags {
  readonly namespace: string;
  /** `NAME=SIZE`, one a template. */
  readonly template: readonly string[];
  readonly filename?: string;
  readonly kubeconfig?: string;
  readonly dryRun: boolean;
  readonly yes: boolean;
}

/** Changes the claim templates of a set: shows the plan, asks, and does it. */
export async function resize(context: Context, subject: string, flags: ResizeFlags): Promise<void> {
  const target = { namespace: flags.namespace, name: setName(subject) };
  const wish = wishOf(context, target, flags);
  await using client = await clientOf(context, flags.kubeconfig);
  const deps = { client, clock: context.clock };
  const prepared = await prepareResize(deps, target, wish);
  for (const line of resizeLines(prepared)) say(context, line);
  if (prepared.plan.actions.length === 0) return say(context, '  nothing to do: it is as you want it');
  if (flags.dryRun) return say(context, 'nothing was changed (--dry-run)');
  if (!flags.yes && !(await agreed(context))) throw new UserError('nothing was changed');
  const adopted = await carryOut(deps, prepared);
  say(context, `done: ${adopted} ${adopted === 1 ? 'Pod runs' : 'Pods run'} on, none was restarted`);
}

async function agreed({ confirm }: Context): Promise<boolean> {
  if (confirm === undefined) {
    throw new UserError(
      'nothing was changed: this is no terminal to ask at; add --yes, or --dry-run to look only',
    );
  }
  return confirm('Go on? [y/N] ');
}

function setName(subject: string): string {
  const match = /^(?:statefulsets?(?:\.apps)?|sts)\/([a-z0-9.-]+)$/.exec(subject);
  if (match?.[1] === undefined) {
    throw new UserError(
      `${subject}: name a StatefulSet, as in \`holdfast resize statefulset/mysql --template data=10Gi\``,
    );
  }
  return match[1];
}

function wishOf(context: Context, target: ResizeTarget, { template, filename }: ResizeFlags): ResizeWish {
  const sizes = new Map(template.map(sizeIn));
  if (filename === undefined) {
    if (sizes.size === 0) throw new UserError('say what to change: --template NAME=SIZE, or -f FILE');
    return { sizes };
  }
  const set = setIn(readManifests([filename], context.standardInput), target);
  if (set === undefined) throw new UserError(`${filename}: there is no StatefulSet ${target.name} in it`);
  return { sizes, templates: set.spec?.volumeClaimTemplates ?? [] };
}

function sizeIn(text: string): readonly [name: string, size: string] {
  const [name = '', size = '', ...more] = text.split('=');
  if (name === '' || size === '' || more.length > 0) {
    throw new UserError(`--template ${text}: write it as NAME=SIZE, as in data=10Gi`);
  }
  return [name, size];
}

function setIn(
  manifests: ReturnType<typeof readManifests>,
  { namespace, name }: ResizeTarget,
): StatefulSet | undefined {
  return manifests
    .map(({ object }): StatefulSet => object)
    .find(
      ({ kind, metadata }) =>
        kind === kinds.StatefulSet.kind &&
        metadata?.name === name &&
        (metadata.namespace ?? namespace) === namespace,
    );
}
