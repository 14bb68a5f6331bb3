import type { FieldSchema } from '../../../src/api/schema/types.js';

/** What neither package tells, by module, type and field; written by hand from the public API reference. */
export type Overlay = { readonly [typeAndField: string]: Partial<FieldSchema> };

/** Types that an older version of the description holds under another group-version. */
export const sameTopologyAs: { readonly [prefix: string]: string } = {
  'io.k8s.api.admissionregistration.v1': 'io.k8s.api.admissionregistration.v1alpha1',
};

const quantities: Partial<FieldSchema> = { values: { type: 'quantity' } };
const byType: Partial<FieldSchema> = { list: 'map', keys: ['type'], strategy: 'merge', mergeKey: 'type' };
const byName: Partial<FieldSchema> = { list: 'map', keys: ['name'], strategy: 'merge', mergeKey: 'name' };

/** Corrections of single fields; an undefined value removes what the older description says. */
export const overlay: Overlay = {
  'apps-v1.DeploymentSpec.strategy': { strategy: 'retainKeys' },
  'policy-v1.PodDisruptionBudgetSpec.selector': { strategy: 'replace' },
  'meta-v1.LabelSelectorRequirement.key': { mergeKey: undefined, strategy: undefined },
  'core-v1.ContainerRestartRuleOnExitCodes.values': { list: 'set' },
  'core-v1.ContainerStatus.allocatedResourcesStatus': byName,
  'core-v1.ContainerStatus.volumeMounts': {
    list: 'map',
    keys: ['mountPath'],
    strategy: 'merge',
    mergeKey: 'mountPath',
  },
  'core-v1.NodeAllocatableResourceClaimStatus.containers': { list: 'set' },
  'core-v1.NodeAllocatableResourceClaimStatus.resources': quantities,
  'core-v1.PersistentVolumeClaimStatus.allocatedResourceStatuses': { map: 'granular' },
  'core-v1.PersistentVolumeSpec.claimRef': { map: 'granular' },
  'core-v1.PodStatus.allocatedResources': quantities,
  'core-v1.PodStatus.hostIPs': { strategy: 'merge', mergeKey: 'ip' },
  'core-v1.PodStatus.resourceClaimStatuses': { ...byName, strategy: 'merge,retainKeys' },
  'core-v1.ResourceStatus.resources': { list: 'map', keys: ['resourceID'] },
  'core-v1.VolumeResourceRequirements.limits': quantities,
  'core-v1.VolumeResourceRequirements.requests': quantities,
  'storage-v1.CSIStorageCapacityList.items': { list: 'atomic', keys: undefined },
  'networking-v1.ServiceCIDRStatus.conditions': byType,
  'autoscaling-v2.HPAScalingRules.tolerance': { type: 'quantity' },
  'admissionregistration-v1.MutatingAdmissionPolicySpec.matchConditions': byName,
  'admissionregistration-v1.ValidatingAdmissionPolicySpec.variables': byName,
};

/** Types whose values are owned whole, that the older description does not know. */
export const atomicTypes: readonly string[] = [
  'core-v1.FileKeySelector',
  'networking-v1.ServiceBackendPort',
  'admissionregistration-v1.Variable',
];

/** Names that the client package refers to, where nothing else tells the module. */
export const specialPlaces: {
  readonly [className: string]: { readonly module: string; readonly name: string };
} = {
  VersionInfo: { module: 'meta-v1', name: 'VersionInfo' },
  V1FieldSelectorRequirement: { module: 'meta-v1', name: 'FieldSelectorRequirement' },
};

/** Kinds of meta/v1: answers and options rather than objects, so the rule for kinds does not find them. */
export const metaKinds: readonly string[] = [
  'APIGroup',
  'APIGroupList',
  'APIResourceList',
  'APIVersions',
  'DeleteOptions',
  'Status',
  'WatchEvent',
];
