import type { StatefulSet } from '../../api/generated/apps-v1.js';
import type { PersistentVolumeClaim } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { compareQuantities } from '../../api/quantity.js';
import { claimsFor } from '../../controllers/statefulset/claims.js';
import { ordinalRange } from '../../controllers/statefulset/identity.js';
import type { Link, Subject } from '../link.js';
import type { Reader } from '../reader.js';
import { settled, subjectOf } from './common.js';

/** What a claim asks for, and what its volume has. */
export interface Sizes {
  readonly asked: string;
  readonly has: string;
}

/** The sizes of a claim. */
export function sizesOf({ spec, status }: PersistentVolumeClaim): Sizes {
  const asked = spec?.resources?.requests?.['storage'] ?? '0';
  return { asked, has: status?.capacity?.['storage'] ?? asked };
}

/** Whether a claim that is bound waits for its volume to grow. */
export function waitsToGrow(claim: PersistentVolumeClaim): boolean {
  const { asked, has } = sizesOf(claim);
  return claim.status?.phase === 'Bound' && compareQuantities(asked, has) > 0;
}

interface Pair {
  readonly claim: PersistentVolumeClaim;
  /** The size that the set's template says. */
  readonly wanted: string;
  readonly template: string;
}

/**
 * What there is to say of the claims of a set whose Pods are as they should be: a set makes claims and never changes them, so
 * that they may have another size than its templates say. Undefined when they have the same.
 */
export async function explainSetClaims(
  about: Subject,
  set: StatefulSet,
  reader: Reader,
): Promise<Link | undefined> {
  const pairs = await pairsOf(set, reader);
  const small = pairs.find(({ claim, wanted }) => compareQuantities(sizesOf(claim).asked, wanted) < 0);
  if (small !== undefined) return smaller(about, small);
  const growing = pairs.find(({ claim }) => waitsToGrow(claim));
  if (growing !== undefined) {
    const on = subjectOf('PersistentVolumeClaim', growing.claim);
    return { about, settled: false, reason: 'ResizePending', message: `claim ${on.name} waits to grow`, on };
  }
  const large = pairs.find(({ claim, wanted }) => compareQuantities(sizesOf(claim).asked, wanted) > 0);
  return large && settled(about, `${difference(large)} (${resizeOf(about, large)} makes all alike)`);
}

function smaller(about: Subject, pair: Pair): Link {
  return {
    about,
    settled: false,
    reason: 'ClaimsDiffer',
    message: `${difference(pair)}, and a set does not change claims that exist`,
    unblockedBy: `${resizeOf(about, pair)}, which grows the claims`,
  };
}

function difference({ claim, wanted, template }: Pair): string {
  return `claim ${claim.metadata?.name} asks for ${sizesOf(claim).asked}, while claim template ${template} says ${wanted}`;
}

/** The command that makes the claims of a template and the template itself alike, at the larger size. */
function resizeOf({ name, namespace }: Subject, { claim, wanted, template }: Pair): string {
  const { asked } = sizesOf(claim);
  const size = compareQuantities(asked, wanted) > 0 ? asked : wanted;
  return `holdfast resize statefulset/${name} -n ${namespace} --template ${template}=${size}`;
}

/** The claims that there are of the set's Pods, each with what its template says. */
async function pairsOf(set: StatefulSet, reader: Reader): Promise<readonly Pair[]> {
  const { start, end } = ordinalRange(set);
  const ordinals = Array.from({ length: end - start }, (_, index) => start + index);
  const templates = (set.spec?.volumeClaimTemplates ?? []).map(({ metadata }) => metadata?.name ?? '');
  const wanted = ordinals.flatMap((ordinal) =>
    claimsFor(set, ordinal).map((claim, index) => ({ claim, template: templates[index] ?? '' })),
  );
  const pairs = await Promise.all(
    wanted.map(async ({ claim: { metadata, spec }, template }) => {
      const key = { namespace: metadata?.namespace ?? '', name: metadata?.name ?? '' };
      const claim = await reader.get(kinds.PersistentVolumeClaim, key);
      return claim && { claim, wanted: spec?.resources?.requests?.['storage'] ?? '0', template };
    }),
  );
  return pairs.filter((pair) => pair !== undefined);
}
