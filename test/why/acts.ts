import { podIsNew, podOf } from '../tools/objects.js';
import type { Place, Step } from './situation.js';

/** Waits until a Pod is ready. */
export function isReady({ has }: Place, name: string): Promise<void> {
  return has(`pod/${name}`, '{.status.conditions[?(@.type=="Ready")].status}', 'True');
}

/** Waits until the set has as many Pods as it wants, all ready and all of its newest template. */
export async function rolledOut({ kubectl }: Place): Promise<void> {
  await kubectl.ok(['rollout', 'status', 'statefulset/db', '--timeout=120s']);
}

/** Deletes a Pod of the set, and waits until its successor is ready and the set has noticed. */
export async function replaced(at: Place, name: string): Promise<void> {
  const { metadata } = await podOf(at.kubectl, name);
  await at.kubectl.ok(['delete', 'pod', name, '--wait=false']);
  await podIsNew(at.kubectl, name, metadata?.uid);
  await rolledOut(at);
}

/** Touches a file in a container: what waits for it may end before the command has. */
export async function touch({ kubectl }: Place, pod: string, file: string): Promise<void> {
  await kubectl.run(['exec', pod, '--', 'touch', file]);
}

/** Changes an object as `kubectl patch` does. */
export function patch({ kubectl }: Place, object: string, body: object): Promise<string> {
  return kubectl.ok(['patch', object, '-p', JSON.stringify(body)]);
}

/** Asks for more storage in a claim. */
export function grow(at: Place, name: string, storage: string): Promise<string> {
  return patch(at, `pvc/${name}`, { spec: { resources: { requests: { storage } } } });
}

/** Waits until a container of Pod `a` waits with that reason. */
export function waitsIn(reason: string, statuses = 'containerStatuses'): (at: Place) => Promise<void> {
  return ({ has }) => has('pod/a', `{.status.${statuses}[0].state.waiting.reason}`, reason);
}

/** Waits until a container of Pod `a` was started three times: the pause that begins then is a long one. */
export function crashes(statuses = 'containerStatuses'): (at: Place) => Promise<void> {
  return async (at) => {
    await at.has('pod/a', `{.status.${statuses}[0].restartCount}`, '2');
    await waitsIn('CrashLoopBackOff', statuses)(at);
  };
}

/** Gives the set's template a probe that always fails. */
export function breakTemplate(at: Place): Promise<string> {
  return changeProbe(at, { exec: { command: ['false'] }, periodSeconds: 1 });
}

/** Takes it away again. */
export function mendTemplate(at: Place): Promise<string> {
  return changeProbe(at, null);
}

function changeProbe(at: Place, readinessProbe: object | null): Promise<string> {
  const containers = [{ name: 'main', readinessProbe }];
  return patch(at, 'statefulset/db', { spec: { template: { spec: { containers } } } });
}

/** Waits until the controller has seen that version of the set. */
export function seen({ has }: Place, generation: number): Promise<void> {
  return has('statefulset/db', '{.status.observedGeneration}', `${generation}`);
}

/** The question about a set that is as it should be. */
export function whole(namespace: string, ready = '2 of 2'): Omit<Step, 'act'> {
  return {
    ask: 'sts/db',
    code: 0,
    answer: `StatefulSet ${namespace}/db: ${ready} Pods are ready`,
  };
}
