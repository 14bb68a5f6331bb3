import { featureGatesText, gatesWith } from '../../api/feature-gates.js';
import { kinds } from '../../api/kinds.js';
import { clusterStatus, simulationText } from '../../cluster/index.js';
import { type Context, clientOf, say } from '../context.js';
import { createPainter } from '../progress/painter.js';
import { linesOf } from '../progress/view.js';

/** Shows the cluster: as text with the tree of what runs, or as JSON for programs. */
export async function status(context: Context, flags: { readonly output: 'text' | 'json' }): Promise<void> {
  const found = await clusterStatus(context.paths);
  if (flags.output === 'json') {
    say(context, JSON.stringify(found, undefined, 2));
    return;
  }
  say(context, found.message);
  if (found.state !== 'running') return;
  say(context, `  api         ${found.apiUrl ?? ''}`);
  say(context, `  kubeconfig  ${found.kubeconfig}`);
  say(context, `  state       ${found.directories.state}`);
  for (const port of found.published)
    say(context, `  published   ${port.namespace}/${port.service} on 127.0.0.1:${port.hostPort}`);
  if (found.simulated !== undefined) say(context, `  simulated   ${simulationText(found.simulated)}`);
  const gates = featureGatesText(gatesWith(found.featureGates));
  if (gates !== '') say(context, `  gates       ${gates}`);
  await using client = await clientOf(context);
  const [sets, pods, claims] = await Promise.all([
    client.list(kinds.StatefulSet, undefined),
    client.list(kinds.Pod, undefined),
    client.list(kinds.PersistentVolumeClaim, undefined),
  ]);
  const painter = createPainter(context.output);
  painter.draw(linesOf({ sets: sets.items, pods: pods.items, claims: claims.items }));
  painter.end();
}
