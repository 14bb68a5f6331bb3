import { run } from '../lib/run.js';
import type { ProxyAction } from './actions.js';

/** Puts rule sets in force; a script is one transaction. */
export interface RuleApplier {
  apply(ruleset: string, signal: AbortSignal): Promise<void>;
}

/** Applies rule sets with `nft`, in the network namespace that this process lives in. */
export function nftApplier(nft: string): RuleApplier {
  return {
    apply: async (ruleset, signal) => {
      await run(nft, ['-f', '-'], { input: ruleset, signal, timeoutMs: 10_000 });
    },
  };
}

/** Puts the planned rule set in force. */
export async function perform(action: ProxyAction, applier: RuleApplier, signal: AbortSignal): Promise<void> {
  await applier.apply(action.ruleset, signal);
}
