import type { ServiceAccount } from '../../src/api/generated/core-v1.js';
import { until } from '../tools/eventually.js';
import type { Kubectl } from '../tools/kubectl.js';
import type { Machine } from '../tools/machine.js';
import type { ListOf } from '../tools/objects.js';
import type { Place } from './situation.js';

/** How long a situation may take to come about, seconds; a busy machine is no failure. */
const patience = 120;

/** Makes the Namespaces of all situations, each with the account that its Pods run as. */
export async function makeNamespaces(kubectl: Kubectl, names: readonly string[]): Promise<void> {
  const manifest = names.map((name) => `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name} }\n`);
  await kubectl.ok(['create', '-f', '-'], { input: manifest.join('---\n') });
  const accounts = ['get', 'serviceaccounts', '-A', '--field-selector', 'metadata.name=default'];
  await until(
    'each Namespace has the account that its Pods run as',
    async () => (await kubectl.json<ListOf<ServiceAccount>>(accounts)).items.map(namespaceOf),
    (having) => names.every((name) => having.includes(name)),
  );
}

/** A Namespace of a running cluster. */
export function placeIn({ kubectl: all, holdfast }: Machine, namespace: string): Place {
  const kubectl = all.in(namespace);
  return {
    namespace,
    kubectl,
    holdfast,
    async has(object, path, value) {
      const wait = (condition: string) => ['wait', condition, object, `--timeout=${patience}s`];
      const holds = wait(`--for=jsonpath=${path}${value === undefined ? '' : `=${value}`}`);
      const { code, stderr } = await kubectl.run(holds);
      if (code === 0) return;
      // It waits for a value only of what is there.
      if (!stderr.includes('NotFound')) throw new Error(`${object} has no ${path} ${value ?? ''}: ${stderr}`);
      await kubectl.ok(wait('--for=create'));
      await kubectl.ok(holds);
    },
    async told(name, reason) {
      const about = `involvedObject.name=${name},reason=${reason}`;
      await using events = kubectl.start(['get', 'events', '-w', '-o', 'name', '--field-selector', about]);
      await events.printed(/event/, patience * 1000);
    },
  };
}

function namespaceOf({ metadata }: ServiceAccount): string {
  return metadata?.namespace ?? '';
}
