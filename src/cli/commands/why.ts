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
  say(context, flags.output === 'json' ? JSON.stringify(links, undefined, 2) : answerText(links));
  return links.every(({ settled }) => settled) ? 0 : 1;
}

function subjectIn(question: string, namespace: string): Subject {
  try {
    return parseSubject(question, namespace);
  } catch (error) {
    if (error instanceof QuestionError) throw new UserError(error.message, { cause: error });
    throw error;
  }
}
