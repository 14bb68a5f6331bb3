import { kinds } from '../../api/kinds.js';
import { isForbidden } from '../../api/status-error.js';
import type { Client } from '../../client/client.js';
import { UserError } from '../../cluster/index.js';
import { answerText, explain, parseSubject, QuestionError, type Subject } from '../../why/index.js';
import { readMembers } from '../clone-progress.js';
import { type Context, clientOf, say } from '../context.js';

/** Flags of `holdfast why`. */
export interface WhyFlags {
  readonly namespace: string;
  readonly output: 'text' | 'json';
  readonly kubeconfig?: string;
}

/** Says why an object is as it is; 0 when it is as it should be, 1 when something blocks it. */
export async function why(context: Context, question: string, flags: WhyFlags): Promise<number> {
  const subject = subjectIn(question, flags.namespace);
  await using client = await clientOf(context, flags.kubeconfig);
  const moment = { now: new Date(context.clock.now()), members: () => readMembers(client) };
  const links = await explain(client, subject, moment);
  const isSimulated = await hasSimulatedNodes(client);
  if (flags.output === 'json') {
    const told = isSimulated ? links.map((link) => ({ ...link, simulated: true })) : links;
    say(context, JSON.stringify(told, undefined, 2));
  } else {
    say(context, answerText(links));
    if (isSimulated) say(context, '\nThis cluster is simulated: no container runs in it.');
  }
  return links.every(({ settled }) => settled) ? 0 : 1;
}

/** The nodes tell, also in a cluster that is not this machine's; whoever may not see them is told nothing. */
async function hasSimulatedNodes(client: Client): Promise<boolean> {
  const labelSelector = 'holdfast.dev/simulated=true';
  try {
    return (await client.list(kinds.Node, undefined, { labelSelector })).items.length > 0;
  } catch (error) {
    if (isForbidden(error)) return false;
    throw error;
  }
}

function subjectIn(question: string, namespace: string): Subject {
  try {
    return parseSubject(question, namespace);
  } catch (error) {
    if (error instanceof QuestionError) throw new UserError(error.message, { cause: error });
    throw error;
  }
}
