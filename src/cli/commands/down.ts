import { purgeCluster, stopCluster, UserError } from '../../cluster/index.js';
import { type Context, say } from '../context.js';

/** Flags of `holdfast down`. */
export interface DownFlags {
  readonly purge: boolean;
  readonly images: boolean;
}

/** Shuts the cluster down and keeps its data; with `--purge` removes the data as well. */
export async function down(context: Context, { purge, images }: DownFlags): Promise<void> {
  if (images && !purge) throw new UserError('--images goes with --purge');
  const { paths, clock } = context;
  const tell = (message: string): void => say(context, message);
  if (purge) {
    await purgeCluster({ paths, clock, images }, tell);
    say(context, `cluster ${paths.name} is gone, with its data`);
    return;
  }
  const stopped = await stopCluster({ paths, clock }, tell);
  say(
    context,
    stopped
      ? `cluster ${paths.name} is down; its data is kept in ${paths.state}`
      : `cluster ${paths.name} was not running`,
  );
}
