import type { StatefulSet } from '../api/generated/apps-v1.js';
import type { Container } from '../api/generated/core-v1.js';
import { REPLICATION_ANNOTATION } from './names.js';

/**
 * Whether the operator replicates a set. `mentions` tells whether the set looks like MySQL or asks for replication at all:
 * only then is its refusal worth an Event.
 */
export type Eligibility =
  | { readonly eligible: true }
  | { readonly eligible: false; readonly mentions: boolean; readonly why: string };

/** Repositories that count as MySQL's: the library image and the images that may stand in for it. */
const MYSQL_REPOSITORIES = new Set([
  'mysql',
  'library/mysql',
  'docker.io/mysql',
  'docker.io/library/mysql',
  'holdfast.local/mysql',
]);

/**
 * Decides which sets are replicated: one plain MySQL server a Pod. Charts and tutorials that replicate by themselves
 * (init containers, commands, sidecars) must not be touched, unless their author says so by the annotation.
 */
export function eligibilityOf(set: StatefulSet): Eligibility {
  const wish = set.metadata?.annotations?.[REPLICATION_ANNOTATION];
  if (wish !== undefined && wish !== 'enabled' && wish !== 'disabled') {
    return refused(
      true,
      `annotation ${REPLICATION_ANNOTATION} is "${wish}"; it must be "enabled" or "disabled"`,
    );
  }
  const container = set.spec?.template.spec?.containers[0];
  const mysql = container !== undefined && MYSQL_REPOSITORIES.has(repositoryOf(container.image ?? ''));
  if (wish === 'disabled') return refused(mysql, `annotation ${REPLICATION_ANNOTATION} is "disabled"`);
  const needed = whatEverySetNeeds(set, container);
  if (needed !== undefined) return refused(mysql || wish === 'enabled', needed);
  if (wish === 'enabled') return { eligible: true };
  const doubt = whatSpeaksAgainst(set, container, mysql);
  return doubt === undefined ? { eligible: true } : refused(mysql, doubt);
}

function whatEverySetNeeds(set: StatefulSet, container: Container | undefined): string | undefined {
  if (container === undefined) return 'its Pods have no container';
  if (!set.spec?.serviceName) return 'it has no serviceName, so its members have no names';
  const password = container.env?.find((variable) => variable.name === 'MYSQL_ROOT_PASSWORD');
  const given = password?.value || password?.valueFrom?.secretKeyRef;
  return given ? undefined : 'its container has no MYSQL_ROOT_PASSWORD, by value or from a Secret';
}

function whatSpeaksAgainst(
  set: StatefulSet,
  container: Container | undefined,
  mysql: boolean,
): string | undefined {
  const pod = set.spec?.template.spec;
  if (!mysql) return 'its image is not mysql';
  if ((pod?.containers.length ?? 0) > 1)
    return 'its Pods have more than one container: it may replicate by itself';
  if ((pod?.initContainers?.length ?? 0) > 0)
    return 'its Pods have init containers: it may replicate by itself';
  if ((container?.command?.length ?? 0) > 0)
    return 'its container has a command of its own: it may replicate by itself';
  return undefined;
}

function refused(mentions: boolean, why: string): Eligibility {
  return { eligible: false, mentions, why };
}

/** The repository of an image reference, without tag and digest. */
export function repositoryOf(image: string): string {
  const withoutDigest = image.split('@')[0] ?? '';
  const slash = withoutDigest.lastIndexOf('/');
  const colon = withoutDigest.indexOf(':', slash + 1);
  return colon < 0 ? withoutDigest : withoutDigest.slice(0, colon);
}
