import { readCondition } from './conditions.js';
import type { MemberFacts, SetFacts } from './facts.js';

/** A member as a person sees it: its state and live figures, computed when asked. */
export interface MemberView {
  readonly namespace: string;
  readonly set: string;
  readonly name: string;
  readonly role: 'primary' | 'replica';
  /** A state of README.md; '' while the operator has said nothing yet. */
  readonly state: string;
  readonly message: string;
  readonly version: string | undefined;
  readonly lagSeconds: number | undefined;
  /** Bytes copied and expected of the clone that runs. */
  readonly clone: { readonly doneBytes: number; readonly totalBytes: number } | undefined;
}

/** The members of a set as they were seen last. */
export function viewsOf(facts: SetFacts): readonly MemberView[] {
  const primary = facts.record.known ? facts.record.value?.primary : undefined;
  return facts.members.map((member, index) =>
    viewOf(member, facts, primary === undefined ? index === 0 : primary === member.name),
  );
}

function viewOf(member: MemberFacts, { set }: SetFacts, isPrimary: boolean): MemberView {
  const shown = member.pod && readCondition(member.pod);
  const server = member.inspection?.kind === 'answered' ? member.inspection.server : undefined;
  return {
    namespace: set.metadata?.namespace ?? '',
    set: set.metadata?.name ?? '',
    name: member.name,
    role: isPrimary ? 'primary' : 'replica',
    state: shown?.reason ?? '',
    message: shown?.message ?? '',
    version: server?.version,
    lagSeconds: server?.channel?.lagSeconds,
    clone: server?.clone?.running
      ? { doneBytes: server.clone.doneBytes, totalBytes: server.clone.totalBytes }
      : undefined,
  };
}
