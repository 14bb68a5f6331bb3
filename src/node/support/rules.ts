/* A long file, since it is one table: every field of a Pod's spec has its line. */

/**
 * Whether a field is honoured on this node: `true`, or why it is refused, or a test that gives the reason for the values
 * that are (undefined where the value is fine).
 */
export type FieldRule = true | string | ((value: unknown) => string | undefined);

const NOT_HERE = 'is not supported on this node';
const NOT_LINUX = 'is for Windows';

/** Only these values are honoured. */
function only(...allowed: readonly unknown[]): FieldRule {
  const list = allowed.map((value) => JSON.stringify(value)).join(', ');
  return (value) => (allowed.includes(value) ? undefined : `${NOT_HERE}: only ${list}`);
}

const falseOnly = only(false);

function type(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
}

function portOnHost(value: unknown): string | undefined {
  return value === 0 ? undefined : `${NOT_HERE}: publish a Service with \`holdfast up --publish\``;
}

function seccomp(value: unknown): string | undefined {
  return ['RuntimeDefault', 'Unconfined'].includes(String(type(value)))
    ? undefined
    : `${NOT_HERE}: only RuntimeDefault and Unconfined`;
}

function appArmor(value: unknown): string | undefined {
  return type(value) === 'Unconfined' ? undefined : `${NOT_HERE}: only Unconfined`;
}

function knownResources(value: unknown): string | undefined {
  const known = ['cpu', 'memory', 'ephemeral-storage'];
  const other = Object.keys(Object(value)).find((name) => !known.includes(name));
  return other === undefined ? undefined : `resource ${other} ${NOT_HERE}`;
}

/** Refuses every listed field in the same words. */
function refuse(fields: readonly string[], why: string = NOT_HERE): Record<string, FieldRule> {
  return Object.fromEntries(fields.map((field) => [field, why]));
}

/** Accepts every listed field. */
function honour(fields: readonly string[]): Record<string, FieldRule> {
  return Object.fromEntries(fields.map((field): [string, FieldRule] => [field, true]));
}

const container: Record<string, FieldRule> = {
  ...honour([
    'args',
    'command',
    'env',
    'envFrom',
    'image',
    'imagePullPolicy',
    'lifecycle',
    'livenessProbe',
    'name',
    'ports',
  ]),
  ...honour([
    'readinessProbe',
    'resources',
    'securityContext',
    'startupProbe',
    'stdin',
    'stdinOnce',
    'terminationMessagePath',
  ]),
  ...honour(['terminationMessagePolicy', 'tty', 'volumeMounts', 'workingDir']),
  ...refuse(['resizePolicy', 'restartPolicyRules', 'volumeDevices']),
  restartPolicy: only('Always'),
};

/**
 * Every field of a Pod's spec, by definition: honoured or refused. A definition that is reached only through refused fields
 * is left out. A test compares the table with the schema, so that no field can be forgotten.
 */
export const fieldRules: Readonly<Record<string, Readonly<Record<string, FieldRule>>>> = {
  PodSpec: {
    ...honour([
      'activeDeadlineSeconds',
      'affinity',
      'automountServiceAccountToken',
      'containers',
      'dnsConfig',
      'dnsPolicy',
      'enableServiceLinks',
    ]),
    ...honour([
      'hostAliases',
      'hostname',
      'initContainers',
      'nodeName',
      'nodeSelector',
      'preemptionPolicy',
      'priority',
    ]),
    ...honour([
      'priorityClassName',
      'readinessGates',
      'restartPolicy',
      'schedulerName',
      'schedulingGates',
      'securityContext',
    ]),
    ...honour([
      'serviceAccount',
      'serviceAccountName',
      'shareProcessNamespace',
      'subdomain',
      'terminationGracePeriodSeconds',
    ]),
    ...honour(['tolerations', 'volumes']),
    ...refuse(['ephemeralContainers', 'hostnameOverride', 'overhead', 'resourceClaims', 'resources']),
    ...refuse(['runtimeClassName', 'schedulingGroup']),
    imagePullSecrets: 'registry logins are not supported yet: load the image with `holdfast image load`',
    hostIPC: falseOnly,
    hostNetwork: falseOnly,
    hostPID: falseOnly,
    hostUsers: only(true),
    os: (value) => (Object(value).name === 'linux' ? undefined : `${NOT_HERE}: only linux`),
    setHostnameAsFQDN: true,
    topologySpreadConstraints: true,
  },
  Affinity: { nodeAffinity: true, podAffinity: true, podAntiAffinity: true },
  Container: container,
  EnvVarSource: {
    ...honour(['configMapKeyRef', 'fieldRef', 'resourceFieldRef', 'secretKeyRef']),
    fileKeyRef: NOT_HERE,
  },
  Lifecycle: { ...honour(['postStart', 'preStop']), stopSignal: NOT_HERE },
  LifecycleHandler: {
    ...honour(['exec', 'httpGet', 'sleep']),
    tcpSocket: 'is deprecated and not supported in lifecycle hooks',
  },
  Probe: {
    ...honour([
      'exec',
      'failureThreshold',
      'httpGet',
      'initialDelaySeconds',
      'periodSeconds',
      'successThreshold',
      'tcpSocket',
    ]),
    ...honour(['terminationGracePeriodSeconds', 'timeoutSeconds']),
    grpc: NOT_HERE,
  },
  ContainerPort: { ...honour(['containerPort', 'name', 'protocol']), hostIP: NOT_HERE, hostPort: portOnHost },
  ResourceRequirements: { claims: NOT_HERE, limits: knownResources, requests: knownResources },
  SecurityContext: {
    ...honour([
      'allowPrivilegeEscalation',
      'capabilities',
      'privileged',
      'readOnlyRootFilesystem',
      'runAsGroup',
      'runAsNonRoot',
    ]),
    runAsUser: true,
    appArmorProfile: appArmor,
    procMount: only('Default'),
    seLinuxOptions: NOT_HERE,
    seccompProfile: seccomp,
    windowsOptions: NOT_LINUX,
  },
  PodSecurityContext: {
    ...honour([
      'fsGroup',
      'fsGroupChangePolicy',
      'runAsGroup',
      'runAsNonRoot',
      'runAsUser',
      'supplementalGroups',
      'sysctls',
    ]),
    appArmorProfile: appArmor,
    ...refuse(['seLinuxChangePolicy', 'seLinuxOptions']),
    seccompProfile: seccomp,
    supplementalGroupsPolicy: only('Merge'),
    windowsOptions: NOT_LINUX,
  },
  VolumeMount: {
    ...honour(['mountPath', 'name', 'readOnly', 'subPath', 'subPathExpr']),
    mountPropagation: only('None', 'HostToContainer'),
    recursiveReadOnly: only('Disabled'),
  },
  Volume: {
    ...honour([
      'configMap',
      'downwardAPI',
      'emptyDir',
      'hostPath',
      'name',
      'persistentVolumeClaim',
      'projected',
      'secret',
    ]),
    ...refuse([
      'awsElasticBlockStore',
      'azureDisk',
      'azureFile',
      'cephfs',
      'cinder',
      'csi',
      'ephemeral',
      'fc',
      'flexVolume',
    ]),
    ...refuse([
      'flocker',
      'gcePersistentDisk',
      'gitRepo',
      'glusterfs',
      'image',
      'iscsi',
      'nfs',
      'photonPersistentDisk',
    ]),
    ...refuse(['portworxVolume', 'quobyte', 'rbd', 'scaleIO', 'storageos', 'vsphereVolume']),
  },
  EmptyDirVolumeSource: { medium: only('', 'Memory'), sizeLimit: true },
  HostPathVolumeSource: {
    path: true,
    type: only('', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate'),
  },
  VolumeProjection: {
    ...honour(['configMap', 'downwardAPI', 'secret', 'serviceAccountToken']),
    ...refuse(['clusterTrustBundle', 'podCertificate']),
  },
};

/** Definitions all of whose fields are honoured. */
export const wholeDefinitions: ReadonlySet<string> = new Set([
  ...[
    'Capabilities',
    'ConfigMapEnvSource',
    'ConfigMapKeySelector',
    'ConfigMapProjection',
    'ConfigMapVolumeSource',
  ],
  ...[
    'DownwardAPIProjection',
    'DownwardAPIVolumeFile',
    'DownwardAPIVolumeSource',
    'EnvFromSource',
    'EnvVar',
    'ExecAction',
  ],
  ...[
    'HTTPGetAction',
    'HTTPHeader',
    'HostAlias',
    'KeyToPath',
    'LabelSelector',
    'LabelSelectorRequirement',
    'NodeAffinity',
  ],
  ...[
    'NodeSelector',
    'NodeSelectorRequirement',
    'NodeSelectorTerm',
    'ObjectFieldSelector',
    'PersistentVolumeClaimVolumeSource',
  ],
  ...[
    'PodAffinity',
    'PodAffinityTerm',
    'PodAntiAffinity',
    'PodDNSConfig',
    'PodDNSConfigOption',
    'PodOS',
    'PodReadinessGate',
  ],
  ...[
    'PodSchedulingGate',
    'PreferredSchedulingTerm',
    'ProjectedVolumeSource',
    'ResourceFieldSelector',
    'SecretEnvSource',
  ],
  ...[
    'SecretKeySelector',
    'SecretProjection',
    'SecretVolumeSource',
    'ServiceAccountTokenProjection',
    'SleepAction',
    'SeccompProfile',
    'AppArmorProfile',
    'Sysctl',
  ],
  ...['TCPSocketAction', 'Toleration', 'TopologySpreadConstraint', 'WeightedPodAffinityTerm'],
]);
