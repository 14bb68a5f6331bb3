import type { Kubectl } from './kubectl.js';

/** Image with a shell, dig, curl, nc and a mysql client. */
export const toolboxImage = 'holdfast.local/toolbox:latest';

const manifest = `
apiVersion: v1
kind: Pod
metadata: { name: toolbox }
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - { name: toolbox, image: "${toolboxImage}", command: [sleep, infinity] }
`;

/** A Pod to look at the cluster from. */
export interface Toolbox {
  /** Runs a shell script in it and gives what it printed; fails unless it ends with code 0. */
  sh(script: string): Promise<string>;
  /** Addresses of a name by the cluster's DNS, sorted; as \`dig\` asks, so \`name\` is taken as full unless \`search\` is set. */
  addresses(name: string, options?: { readonly search?: boolean }): Promise<readonly string[]>;
  /** The status of the DNS answer: NOERROR, NXDOMAIN, ... */
  dnsStatus(name: string): Promise<string>;
  /** What a program gets that asks its C library: the search list of resolv.conf is gone through. */
  lookup(name: string): Promise<readonly string[]>;
}

/** Starts the Pod and waits until it is ready. */
export async function startToolbox(kubectl: Kubectl): Promise<Toolbox> {
  await kubectl.ok(['apply', '-f', '-'], { input: manifest });
  await kubectl.ok(['wait', '--for=condition=Ready', 'pod/toolbox', '--timeout=60s']);
  return toolboxIn(kubectl, 'toolbox');
}

/** Uses a running Pod of the toolbox image. */
export function toolboxIn(kubectl: Kubectl, pod: string): Toolbox {
  const sh = (script: string): Promise<string> => kubectl.ok(['exec', pod, '--', 'sh', '-ec', script]);
  const dig = 'dig +time=2 +tries=1';
  return {
    sh,
    addresses: async (name, { search = false } = {}) =>
      sorted(await sh(`${dig} +short ${search ? '+search' : '+nosearch'} ${name} A`)),
    dnsStatus: async (name) => /status: (\w+)/.exec(await sh(`${dig} +nosearch ${name} A`))?.[1] ?? '',
    lookup: async (name) => sorted(await sh(`getent ahostsv4 ${name} | cut -d ' ' -f 1 | sort -u || true`)),
  };
}

function sorted(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .toSorted();
}
