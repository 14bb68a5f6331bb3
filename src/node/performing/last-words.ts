import { open, readFile } from 'node:fs/promises';
import { hasErrno } from '../../lib/errors.js';
import type { ContainerDetails, ContainerInfo } from '../cri/container-runtime.js';
import { parseLogLine } from '../logs/line.js';
import { tailOffset } from '../logs/tail.js';
import { labels } from '../pod/labels.js';
import { type NodePlaces, terminationMessagePath } from '../pod/places.js';

const LONGEST_MESSAGE_BYTES = 4096;
const LONGEST_LOG_BYTES = 2048;
const LOG_LINES = 80;

/** What a container that has ended left to say: its termination message, or the end of its log where the Pod asks for that. */
export async function lastWords(
  places: NodePlaces,
  { labels: marks, annotations, name, attempt }: ContainerInfo,
  details: ContainerDetails,
): Promise<string> {
  const uid = marks[labels.podUid] ?? '';
  const written = await readIfThere(terminationMessagePath(places, uid, { name, attempt }));
  if (written !== '') return written.slice(0, LONGEST_MESSAGE_BYTES);
  if (annotations[labels.terminationMessagePolicy] === 'FallbackToLogsOnError' && details.exitCode !== 0) {
    const logged = await logEnd(details.logPath);
    if (logged !== '') return logged;
  }
  return details.message;
}

async function readIfThere(path: string): Promise<string> {
  try {
    return (await readFile(path)).subarray(0, LONGEST_MESSAGE_BYTES).toString();
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return '';
    throw error;
  }
}

async function logEnd(path: string): Promise<string> {
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    const offset = await tailOffset(file, size, LOG_LINES);
    const bytes = Buffer.alloc(size - offset);
    await file.read(bytes, 0, bytes.length, offset);
    const lines = bytes
      .toString('latin1')
      .split('\n')
      .map((line) => parseLogLine(Buffer.from(line, 'latin1'))?.content.toString());
    return lines
      .filter((line) => line !== undefined)
      .join('\n')
      .slice(-LONGEST_LOG_BYTES);
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return '';
    throw error;
  }
}
