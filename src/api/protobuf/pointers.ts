/**
 * Numbers and switches whose zero says something: in Go they are pointers, and are sent only when they are set. All others are sent
 * always, and a zero in them is what JSON leaves out. The wire form does not tell the two apart.
 */
export const meaningfulZeros: ReadonlySet<string> = new Set(
  `activeDeadlineSeconds allocateLoadBalancerNodePorts allowPrivilegeEscalation allowVolumeExpansion attachRequired
  automountServiceAccountToken averageUtilization backoffLimit backoffLimitPerIndex blockOwnerDeletion collisionCount completions
  controller currentAverageUtilization defaultMode deletionGracePeriodSeconds enableServiceLinks endPort expirationSeconds
  failedJobsHistoryLimit fsGroup gracePeriodSeconds hostUsers ignoreStoreReadErrorWithClusterBreakingPotential immutable
  leaseDurationSeconds leaseTransitions manualSelector maxFailedIndexes minDomains minReplicas mode optional orphanDependents
  parallelism partition podInfoOnMount priority privileged progressDeadlineSeconds readOnlyRootFilesystem ready replicas
  requiresRepublish revisionHistoryLimit runAsGroup runAsNonRoot runAsUser seLinuxMount serving setHostnameAsFQDN
  shareProcessNamespace stabilizationWindowSeconds startingDeadlineSeconds storageCapacity successfulJobsHistoryLimit suspend
  terminating terminationGracePeriodSeconds tolerationSeconds ttlSecondsAfterFinished`
    .split(/\s+/)
    .filter((name) => name !== ''),
);

/** Strings of the same kind: a claim that names no class must not be given the default one. */
export const meaningfulEmpties: ReadonlySet<string> = new Set(['storageClassName']);
