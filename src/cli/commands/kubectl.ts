import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kubeconfigPath, UserError } from '../../cluster/index.js';
import type { Context } from '../context.js';

/** Prints the kubeconfig of the cluster. */
export function kubeconfig(context: Context): void {
  context.output.write(readFileSync(existingKubeconfig(context), 'utf8'));
}

/** Runs the kubectl on PATH against the cluster, with this terminal; returns its exit code. */
export async function kubectl(context: Context, args: readonly string[]): Promise<number> {
  const config = existingKubeconfig(context);
  const binary = context.config.path
    .split(':')
    .map((directory) => join(directory, 'kubectl'))
    .find(isExecutable);
  if (binary === undefined) {
    throw new UserError(
      'there is no kubectl on PATH; install it (any version from 1.28 on), or use another client with the file that `holdfast kubeconfig` prints',
    );
  }
  const child = spawn(binary, args, { stdio: 'inherit', env: { ...context.config.env, KUBECONFIG: config } });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 130)));
  });
}

function existingKubeconfig(context: Context): string {
  const file = kubeconfigPath(context.paths);
  if (!existsSync(file))
    throw new UserError(`cluster ${context.paths.name} was never up; start it with \`holdfast up\``);
  return file;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
