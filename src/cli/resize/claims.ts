import type { PersistentVolumeClaim } from '../../api/generated/core-v1.js';
import { compareQuantities } from '../../api/quantity.js';
import type { ResizeAction } from './actions.js';
import type { ResizeFacts } from './facts.js';
import { sizeOf } from './templates.js';

/** What happens to the claims that are there. */
export interface ClaimPlan {
  readonly actions: readonly ResizeAction[];
  readonly refusals: readonly string[];
}

/** Every claim of a template that is smaller than the template says is grown; one that cannot grow stops it all. */
export function planClaims(facts: ResizeFacts, templates: readonly PersistentVolumeClaim[]): ClaimPlan {
  const small = templates.flatMap((template) => {
    const to = sizeOf(template);
    return claimsOf(facts, template)
      .filter((claim) => compareQuantities(sizeOf(claim), to) < 0)
      .map((claim) => ({ claim, to }));
  });
  return {
    actions: small.map(({ claim, to }) => ({ type: 'growClaim', claim, to })),
    refusals: small.flatMap(({ claim }) => whyNot(facts, claim) ?? []),
  };
}

/** In the order of their ordinals, also of those that no Pod uses at the moment. */
function claimsOf(
  { name, claims }: ResizeFacts,
  template: PersistentVolumeClaim,
): readonly PersistentVolumeClaim[] {
  const prefix = `${template.metadata?.name ?? ''}-${name}-`;
  const ordinal = ({ metadata }: PersistentVolumeClaim): number =>
    Number(/^(0|[1-9]\d*)$/.exec((metadata?.name ?? '').slice(prefix.length))?.[0] ?? Number.NaN);
  return claims
    .filter((claim) => claim.metadata?.name?.startsWith(prefix) === true && !Number.isNaN(ordinal(claim)))
    .toSorted((a, b) => ordinal(a) - ordinal(b));
}

function whyNot({ classes }: ResizeFacts, claim: PersistentVolumeClaim): string | undefined {
  const name = claim.metadata?.name ?? '';
  const className = claim.spec?.storageClassName ?? '';
  if (claim.metadata?.deletionTimestamp !== undefined) return `claim ${name} is being deleted`;
  if (claim.status?.phase !== 'Bound') {
    return `claim ${name} cannot grow: it is ${claim.status?.phase ?? 'Pending'}, and only bound claims can; delete it, it is made again in the new size`;
  }
  if (className === '') return `claim ${name} cannot grow: it has no storage class`;
  const storageClass = classes.find(({ metadata }) => metadata?.name === className);
  if (storageClass?.allowVolumeExpansion === true) return undefined;
  const missing = storageClass === undefined ? 'does not exist' : 'does not allow it';
  return `claim ${name} cannot grow: its storage class ${className} ${missing} (allowVolumeExpansion: true)`;
}
