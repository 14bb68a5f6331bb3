import { helmPath } from './kubectl.js';
import { type ProcessResult, runProcess } from './process.js';

/** Helm 4, bound to one cluster. */
export interface Helm {
  /** Runs it and gives what it printed, whatever its exit code. */
  run(args: readonly string[]): Promise<ProcessResult>;
  /** Runs it and gives its standard output; fails with what it said unless it ends with code 0. */
  ok(args: readonly string[]): Promise<string>;
}

/** Makes a runner of helm; `home` holds its settings and caches. */
export function helm({ kubeconfig, home }: { readonly kubeconfig: string; readonly home: string }): Helm {
  const env = { PATH: process.env['PATH'], LANG: 'C.UTF-8', TZ: 'UTC', HOME: home, KUBECONFIG: kubeconfig };
  const run: Helm['run'] = (args) => runProcess([helmPath(), ...args], { env });
  return {
    run,
    ok: async (args) => {
      const { code, stdout, stderr } = await run(args);
      if (code !== 0) throw new Error(`\`helm ${args.join(' ')}\` ended with ${code}: ${stderr}${stdout}`);
      return stdout;
    },
  };
}
