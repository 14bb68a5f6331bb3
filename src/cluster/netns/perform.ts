import { rmSync } from 'node:fs';
import { run } from '../../lib/run.js';
import type { Action } from './actions.js';
import type { Namespace } from './observe.js';

/** The command that does one step. Those inside enter by nsenter: `ip netns exec` would hide the cgroups behind a new /sys. */
export function commandOf(action: Action, namespace: Namespace): readonly [string, ...string[]] {
  const inside = ['nsenter', `--net=${namespace.path}`] as const;
  switch (action.type) {
    case 'create':
      return ['ip', 'netns', 'add', namespace.name];
    case 'loopback-up':
      return [...inside, 'ip', 'link', 'set', 'lo', 'up'];
    case 'add-address':
      return [...inside, 'ip', 'address', 'replace', `${action.address}/32`, 'dev', 'lo'];
    case 'add-route':
      return [...inside, 'ip', 'route', 'replace', action.range, 'dev', 'lo', 'src', action.source];
    case 'forward':
      return [...inside, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward'];
  }
}

/** Does one step; doing it again changes nothing. */
export async function performStep(action: Action, namespace: Namespace): Promise<void> {
  // An empty file of that name is what an unmounted namespace leaves; `ip netns add` would refuse it.
  if (action.type === 'create') rmSync(namespace.path, { force: true });
  const [command, ...args] = commandOf(action, namespace);
  await run(command, args);
}
