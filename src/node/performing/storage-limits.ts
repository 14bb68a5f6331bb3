import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Container, Pod } from '../../api/generated/core-v1.js';
import { formatQuantity, parseQuantity, quantityToBytes } from '../../api/quantity.js';
import type { NodeContext } from '../context.js';
import type { ContainerFact } from '../facts.js';
import { rotatedFiles } from '../logs/reader.js';
import { logFile, logFolder } from '../pod/places.js';
import { emptyDirsOverLimit } from '../volumes/index.js';
import { volumePlanOf } from './volumes.js';

const RESOURCE = 'ephemeral-storage';

/** Why a Pod must leave the node, in the kubelet's words: it uses more of the disk than it may. Undefined when it does not. */
export async function storageExcess(context: NodeContext, pod: Pod): Promise<string | undefined> {
  return (await emptyDirExcess(context, pod)) ?? (await containerExcess(context, pod));
}

async function emptyDirExcess(context: NodeContext, pod: Pod): Promise<string | undefined> {
  const volumes = pod.spec?.volumes ?? [];
  if (!volumes.some(({ emptyDir }) => emptyDir?.sizeLimit !== undefined && emptyDir.medium !== 'Memory'))
    return undefined;
  const [over] = await emptyDirsOverLimit({ plan: volumePlanOf(context, pod) });
  if (over === undefined) return undefined;
  const limit = volumes.find(({ name }) => name === over.volume)?.emptyDir?.sizeLimit;
  return `Usage of EmptyDir volume "${over.volume}" exceeds the limit "${limit}". `;
}

async function containerExcess(context: NodeContext, pod: Pod): Promise<string | undefined> {
  const limited = (pod.spec?.containers ?? []).filter((container) => limitOf(container) !== undefined);
  if (limited.length === 0) return undefined;
  const written = await context.runtime.writtenBytes();
  for (const container of limited) {
    const fact = context.view.container(pod.metadata?.uid ?? '', container.name);
    const limit = limitOf(container);
    if (fact === undefined || limit === undefined) continue;
    const used = (written.get(fact.id) ?? 0) + (await logBytes(context, pod, fact));
    if (used > Number(quantityToBytes(limit))) {
      return `Container ${container.name} exceeded its local ephemeral storage limit "${formatQuantity(parseQuantity(limit))}". `;
    }
  }
  return undefined;
}

function limitOf({ resources }: Container): string | undefined {
  return resources?.limits?.[RESOURCE];
}

async function logBytes(
  { sandbox }: NodeContext,
  pod: Pod,
  { name, attempt }: ContainerFact,
): Promise<number> {
  const log = join(logFolder(sandbox.places, pod), logFile(name, attempt));
  let bytes = 0;
  for (const path of [log, ...(await rotatedFiles(log))])
    bytes += await stat(path).then(
      ({ size }) => size,
      () => 0,
    );
  return bytes;
}
