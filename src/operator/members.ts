import type { Pod } from '../api/generated/core-v1.js';
import { readCondition } from './conditions.js';
import type { MemberFacts, SetFacts } from './facts.js';
import type { CloneProgress } from './sql/port.js';

/** Where Holdfast's own API server gives all members as JSON. */
export const MEMBERS_PATH = '/holdfast/v1/mysql/members';

/** A member as a person sees it: its state and live figures, computed when asked. */
export interface MemberView {
  readonly namespace: string;
  readonly set: string;
  readonly name: string;
  readonly role: 'primary' | 'replica';
  /** A state of README.md; '' while the operator has said nothing yet. */
  readonly state: string;
  readonly message: string;
  readonly version?: string;
  readonly lagSeconds?: number;
  /** The clone that runs. */
  readonly clone?: CloneProgress;
}

/** Asks a Pod's server how far its clone is. */
export type AskProgress = (pod: Pod) => Promise<CloneProgress | undefined>;

/** The members of a set as they were seen last. */
export function viewsOf(facts: SetFacts, ask: AskProgress): Promise<readonly MemberView[]> {
  const recorded = facts.record.known ? facts.record.value?.primary : undefined;
  const primary = recorded ?? facts.members[0]?.name;
  return Promise.all(facts.members.map((member) => viewOf(member, { facts, primary, ask })));
}

interface ViewContext {
  readonly facts: SetFacts;
  readonly primary: string | undefined;
  readonly ask: AskProgress;
}

async function viewOf(member: MemberFacts, { facts, primary, ask }: ViewContext): Promise<MemberView> {
  const { set } = facts;
  const shown = member.pod && readCondition(member.pod);
  const server = member.inspection?.kind === 'answered' ? member.inspection.server : undefined;
  const cloning = member.attempt?.running === true || server?.clone?.running === true;
  return {
    namespace: set.metadata?.namespace ?? '',
    set: set.metadata?.name ?? '',
    name: member.name,
    role: member.name === primary ? 'primary' : 'replica',
    state: shown?.reason ?? '',
    message: shown?.message ?? '',
    version: server?.version,
    lagSeconds: server?.channel?.lagSeconds,
    clone: cloning && member.pod ? await ask(member.pod) : undefined,
  };
}
