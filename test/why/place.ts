import type { Kubectl } from '../tools/kubectl.js';
import type { Machine } from '../tools/machine.js';
import type { Place } from './situation.js';

/** How long a situation may take to come about, seconds; a busy machine is no failure. */
const patience = 120;

/** Makes the Namespaces of all situations, each with the account that its Pods run as. */
export async function makeNamespaces(kubectl: Kubectl, names: readonly string[]): Promise<void> {
  const manifest = names.map(
    (name) => `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name} }\n`,
  );
  await kubectl.ok(['create', '-f', '-'], { input: manifest.join('---\n') });
  for (const name of names) await there(kubectl.in(name), 'serviceaccount/default');
}

/** A Namespace of a running cluster. */
export function placeIn({ kubectl: all, holdfast }: Machine, namespace: string): Place {
  const kubectl = all.in(namespace);
  return {
    namespace,
    kubectl,
    holdfast,
    async has(object, path, value) {
      await there(kubectl, object);
      const condition = `--for=jsonpath=${path}${value === undefined ? '' : `=${value}`}`;
      await kubectl.ok(['wait', condition, object, `--timeout=${patience}s`]);
    },
    async told(name, reason) {
      const about = `involvedObject.name=${name},reason=${reason}`;
      await using events = kubectl.start(['get', 'events', '-w', '-o', 'name', '--field-selector', about]);
      await events.printed(/event/, patience * 1000);
    },
  };
}

async function there(kubectl: Kubectl, object: string): Promise<void> {
  await kubectl.ok(['wait', '--for=create', object, `--timeout=${patience}s`]);
}
