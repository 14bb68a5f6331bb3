/**
 * A program that leads while it holds a Lease, by the usual algorithm of Kubernetes' clients: take a Lease that nobody holds or
 * that was not renewed for its whole duration, renew it, give it back. It prints a line for each thing that happens:
 * `MILLISECONDS led|renewed|left|conflict`. Its arguments are its name, the configuration as JSON, and how long it leads (0: until it dies).
 */
import { setTimeout as pause } from 'node:timers/promises';
import {
  ApiException,
  CoordinationV1Api,
  KubeConfig,
  type V1Lease,
  V1MicroTime,
} from '../tools/client-node.js';

const [identity = '', configuration = '{}', leadText = '0'] = process.argv.slice(2);
const config = new KubeConfig();
config.loadFromString(configuration);
const api = config.makeApiClient(CoordinationV1Api);
const namespace = 'default';
const name = 'elected';
const leaseSeconds = 2;
/** A leader that could not renew for so long steps down, before anyone else may take the Lease. */
const renewWithinMs = 1400;
const retryMs = 50;
const leadMs = Number(leadText);

function say(what: string, at = performance.now()): void {
  process.stdout.write(`${performance.timeOrigin + at} ${what}\n`);
}

/** The Lease as it was last seen to change, and when that was by the clock of this process. */
let seen: { version: string; at: number } = { version: '', at: 0 };

function isFree(lease: V1Lease, now: number): boolean {
  const version = lease.metadata?.resourceVersion ?? '';
  if (version !== seen.version) seen = { version, at: now };
  const { holderIdentity, leaseDurationSeconds = leaseSeconds } = lease.spec ?? {};
  return !holderIdentity || holderIdentity === identity || now - seen.at > leaseDurationSeconds * 1000;
}

function codeOf(error: unknown): number {
  return error instanceof ApiException ? error.code : 0;
}

async function read(): Promise<V1Lease | undefined> {
  try {
    return await api.readNamespacedLease({ name, namespace });
  } catch (error) {
    if (codeOf(error) === 404) return undefined;
    throw error;
  }
}

function held(lease: V1Lease | undefined, holder: string): V1Lease {
  const now = new V1MicroTime();
  const transitions = lease?.spec?.leaseTransitions ?? 0;
  const mine = lease?.spec?.holderIdentity === holder;
  return {
    metadata: lease?.metadata ?? { name, namespace },
    spec: {
      holderIdentity: holder,
      leaseDurationSeconds: holder === '' ? 1 : leaseSeconds,
      acquireTime: mine ? lease.spec?.acquireTime : now,
      renewTime: now,
      leaseTransitions: mine ? transitions : transitions + 1,
    },
  };
}

/** Takes or renews the Lease; false when someone else has it, or was quicker. */
async function write(holder: string): Promise<boolean> {
  const lease = await read();
  if (lease !== undefined && !isFree(lease, performance.now())) return false;
  const body = held(lease, holder);
  try {
    if (lease === undefined) await api.createNamespacedLease({ namespace, body });
    else await api.replaceNamespacedLease({ name, namespace, body });
    return true;
  } catch (error) {
    if (codeOf(error) !== 409) throw error;
    say('conflict');
    return false;
  }
}

/**
 * Leads until the time is over or the Lease cannot be renewed; gives the time up to which it led. A process that was held up
 * finds out late that its time was over, and has done nothing meanwhile.
 */
async function lead(taken: number): Promise<number> {
  const began = performance.now();
  let renewed = taken;
  while (leadMs === 0 || performance.now() - began < leadMs) {
    await pause(retryMs);
    if (performance.now() - renewed > renewWithinMs) return renewed + renewWithinMs;
    const asked = performance.now();
    if (!(await write(identity).catch(() => false))) continue;
    renewed = asked;
    say('renewed');
  }
  return Math.min(performance.now(), renewed + renewWithinMs);
}

for (;;) {
  const asked = performance.now();
  if (await write(identity).catch(() => false)) {
    // An answer that took too long is worth nothing: someone else may lead by now.
    if (performance.now() - asked < renewWithinMs) {
      say('led');
      // Said before it is given back: whoever leads next cannot have begun.
      say('left', await lead(asked));
    }
    if (leadMs > 0) await write('').catch(() => false);
  }
  await pause(retryMs);
}
