import { describe, expect, it } from 'vitest';
import { validateStatusUpdate, validateUpdate } from './index.js';
import { describeRules, type Loose, objectOf, type RuleGroup, ref, texts } from './rules.fixture.js';

const template = '{metadata: {labels: {app: mysql}}, spec: {containers: [{name: mysql, image: "mysql:8"}]}}';
const subdomainText =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const podText =
  'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';
const setText =
  "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
const claimText =
  'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';

const groups: readonly RuleGroup[] = [
  {
    kind: ['', 'ConfigMap'],
    good: '{data: {my.cnf: x}}',
    create: [
      ['metadata: {name: ""}', 'metadata.name: Required value: name or generateName is required'],
      ['metadata: {name: A}', `metadata.name: Invalid value: "A": ${subdomainText}`],
      [
        'metadata: {labels: {a b: x}}',
        expect.stringContaining('metadata.labels: Invalid value: "a b": name part must consist of'),
      ],
      [
        'metadata: {labels: {a: "x y"}}',
        expect.stringContaining('metadata.labels: Invalid value: "x y": a valid label must be'),
      ],
      [
        'metadata: {finalizers: [mine]}',
        'metadata.finalizers: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
      ],
      [
        `metadata: {annotations: {a: ${'x'.repeat(262144)}}}`,
        'metadata.annotations: Too long: may not be more than 262144 bytes',
      ],
      [
        'metadata: {ownerReferences: [{apiVersion: v1, kind: Pod, name: p, uid: ""}]}',
        'metadata.ownerReferences[0].uid: Invalid value: "": must not be empty',
      ],
      [
        'data: {a/b: x}',
        expect.stringContaining('data[a/b]: Invalid value: "a/b": a valid config key must consist'),
      ],
      [
        'binaryData: {my.cnf: eA==}',
        'data[my.cnf]: Invalid value: "my.cnf": duplicate of key present in binaryData',
      ],
    ],
    update: [
      ['data: {b: y}'],
      ['metadata: {name: other}', 'metadata.name: Invalid value: "other": field is immutable'],
    ],
  },
  {
    kind: ['', 'ConfigMap'],
    good: '{immutable: true, data: {a: x}}',
    update: [
      ['metadata: {labels: {a: b}}'],
      ['data: {a: y}', 'data: Forbidden: field is immutable when `immutable` is set'],
      ['immutable: null', 'immutable: Forbidden: field is immutable when `immutable` is set'],
    ],
  },
  {
    kind: ['', 'Secret'],
    good: '{stringData: {a: x}}',
    create: [['type: kubernetes.io/tls', 'data[tls.crt]: Required value', 'data[tls.key]: Required value']],
    update: [['type: other', 'type: Invalid value: "other": field is immutable']],
  },
  {
    kind: ['apps', 'StatefulSet'],
    good: `{spec: {serviceName: mysql, selector: {matchLabels: {app: mysql}}, template: ${template}, volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]}}`,
    create: [
      [''],
      ['spec: {selector: null}', 'spec.selector: Required value'],
      [
        'spec: {selector: {matchLabels: null}}',
        'spec.selector: Invalid value: {}: empty selector is invalid for statefulset',
      ],
      [
        'spec: {selector: {matchLabels: {app: other}}}',
        'spec.template.metadata.labels: Invalid value: {"app":"mysql"}: `selector` does not match template `labels`',
      ],
      ['spec: {replicas: -1}', 'spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
      [
        'spec: {podManagementPolicy: Random}',
        "spec.podManagementPolicy: Invalid value: \"Random\": must be 'OrderedReady' or 'Parallel'",
      ],
      [
        'spec: {template: {spec: {restartPolicy: Never}}}',
        'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
      ],
      [
        'spec: {template: {spec: {activeDeadlineSeconds: 5}}}',
        'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in StatefulSet is not Supported',
      ],
      [
        'spec: {updateStrategy: {type: OnDelete, rollingUpdate: {partition: 1}}}',
        'spec.updateStrategy.rollingUpdate: Invalid value: {"partition":1}: only allowed for updateStrategy \'RollingUpdate\'',
      ],
      [
        'spec: {updateStrategy: {rollingUpdate: {partition: -1}}}',
        'spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0',
      ],
      [
        'spec: {updateStrategy: {rollingUpdate: {maxUnavailable: 0}}}',
        'spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: 0: cannot be 0',
      ],
      [
        'spec: {updateStrategy: {rollingUpdate: {maxUnavailable: 101%}}}',
        'spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%',
      ],
      [
        'spec: {persistentVolumeClaimRetentionPolicy: {whenScaled: Keep}}',
        'spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: "Keep": supported values: "Retain", "Delete"',
      ],
      ['spec: {revisionHistoryLimit: -1}'],
      [
        'spec: {serviceName: My_SQL}',
        expect.stringContaining('spec.serviceName: Invalid value: "My_SQL": a lowercase RFC 1123 label'),
      ],
      [
        'spec: {volumeClaimTemplates: [{metadata: {name: data}, spec: {resources: {requests: {storage: 1Gi}}}}]}',
        'spec.volumeClaimTemplates[0].spec.accessModes: Required value: at least 1 access mode is required',
      ],
      [
        'spec: {template: {metadata: null}}',
        'spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`',
      ],
      ['spec: {template: null}', 'spec.template: Required value'],
      ['spec: {template: {spec: {containers: []}}}', 'spec.template.spec.containers: Required value'],
      [
        'spec: {template: {spec: {containers: [{name: a, image: x, volumeMounts: [{name: nowhere, mountPath: /x}]}]}}}',
        'spec.template.spec.containers[0].volumeMounts[0].name: Not found: "nowhere"',
      ],
      // What the claim templates make are volumes of the Pods, in place of volumes of the same name.
      [
        'spec: {template: {spec: {volumes: [{name: data}], containers: [{name: a, image: x, volumeMounts: [{name: data, mountPath: /x}]}]}}}',
      ],
    ],
    update: [
      [
        'spec: {template: {spec: {containers: [{name: a, image: ""}]}}}',
        'spec.template.spec.containers[0].image: Required value',
      ],
      [
        'spec: {replicas: 5, minReadySeconds: 3, revisionHistoryLimit: 1, ordinals: {start: 2}, updateStrategy: {type: OnDelete}}',
      ],
      ['spec: {serviceName: other}', setText],
      ['spec: {podManagementPolicy: Parallel}', setText],
      ['spec: {volumeClaimTemplates: []}', setText],
    ],
  },
  {
    kind: ['apps', 'Deployment'],
    good: `{spec: {selector: {matchLabels: {app: mysql}}, template: ${template}}}`,
    create: [
      [''],
      [
        'spec: {selector: {matchLabels: {app: other}}}',
        'spec.template.metadata.labels: Invalid value: {"app":"mysql"}: `selector` does not match template `labels`',
      ],
      [
        'spec: {template: {spec: {containers: [{name: a, image: ""}]}}}',
        'spec.template.spec.containers[0].image: Required value',
      ],
      [
        'spec: {strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}}',
        "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
      ],
      [
        'spec: {strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0}}}',
        'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0',
      ],
      [
        'spec: {strategy: {rollingUpdate: {maxUnavailable: 200%}}}',
        'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "200%": must not be greater than 100%',
      ],
    ],
    update: [
      [
        'spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}}}',
        'spec.selector: Invalid value: {"matchLabels":{"app":"mysql","a":"b"}}: field is immutable',
      ],
      ['spec: {replicas: 2}'],
    ],
  },
  {
    kind: ['', 'Pod'],
    good: '{spec: {containers: [{name: a, image: x}], volumes: [{name: v, emptyDir: {}}]}}',
    create: [
      [''],
      ['spec: {containers: []}', 'spec.containers: Required value'],
      [
        'spec: {containers: [{name: a, image: x}, {name: a, image: y}]}',
        'spec.containers[1].name: Duplicate value: "a"',
      ],
      ['spec: {containers: [{image: x}]}', 'spec.containers[0].name: Required value'],
      [
        'spec: {containers: [{name: a, image: " x"}]}',
        'spec.containers[0].image: Invalid value: " x": must not have leading or trailing whitespace',
      ],
      [
        'spec: {containers: [{name: a, image: x, volumeMounts: [{name: no, mountPath: /x}]}]}',
        'spec.containers[0].volumeMounts[0].name: Not found: "no"',
      ],
      [
        'spec: {containers: [{name: a, image: x, volumeMounts: [{name: v, mountPath: /x}, {name: v, mountPath: /x, subPath: ../y}]}]}',
        'spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/x": must be unique',
        'spec.containers[0].volumeMounts.subPath: Invalid value: "../y": must not contain \'..\'',
      ],
      [
        'spec: {volumes: [{name: v, emptyDir: {}}, {name: v, configMap: {}}]}',
        'spec.volumes[1].configMap.name: Required value',
        'spec.volumes[1].name: Duplicate value: "v"',
      ],
      [
        'spec: {volumes: [{name: v, emptyDir: {}, configMap: {name: x}}]}',
        'spec.volumes[0].configMap: Forbidden: may not specify more than 1 volume type',
      ],
      [
        'spec: {volumes: [{name: v, persistentVolumeClaim: {claimName: ""}}]}',
        'spec.volumes[0].persistentVolumeClaim.claimName: Required value',
      ],
      [
        'spec: {containers: [{name: a, image: x, ports: [{containerPort: 70000}]}]}',
        'spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
      ],
      [
        'spec: {containers: [{name: a, image: x, ports: [{containerPort: 1, protocol: ICMP}]}]}',
        'spec.containers[0].ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
      ],
      [
        'spec: {containers: [{name: a, image: x, env: [{name: "", value: x}]}]}',
        'spec.containers[0].env[0].name: Required value',
      ],
      [
        'spec: {containers: [{name: a, image: x, env: [{name: A, value: x, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]}]}',
        'spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
      ],
      [
        'spec: {containers: [{name: a, image: x, env: [{name: A, valueFrom: {fieldRef: {fieldPath: spec.x}}}]}]}',
        'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "spec.x": error converting fieldPath: field label not supported: spec.x',
      ],
      [
        'spec: {containers: [{name: a, image: x, readinessProbe: {periodSeconds: 1}}]}',
        'spec.containers[0].readinessProbe: Required value: must specify a handler type',
      ],
      [
        'spec: {containers: [{name: a, image: x, livenessProbe: {exec: {command: [a]}, successThreshold: 2}}]}',
        'spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1',
      ],
      [
        'spec: {containers: [{name: a, image: x, readinessProbe: {tcpSocket: {port: 0}, httpGet: {port: 1}}}]}',
        'spec.containers[0].readinessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type',
      ],
      [
        'spec: {containers: [{name: a, image: x, imagePullPolicy: Sometimes}]}',
        'spec.containers[0].imagePullPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"',
      ],
      [
        'spec: {containers: [{name: a, image: x, resources: {requests: {cpu: 2}, limits: {cpu: 1}}}]}',
        'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
      ],
      [
        'spec: {containers: [{name: a, image: x, resources: {limits: {disk: 1}}}]}',
        'spec.containers[0].resources.limits[disk]: Invalid value: "disk": must be a standard resource type or fully qualified',
        'spec.containers[0].resources.limits[disk]: Invalid value: "disk": must be a standard resource for containers',
        'spec.containers[0].resources.requests[disk]: Invalid value: "disk": must be a standard resource type or fully qualified',
        'spec.containers[0].resources.requests[disk]: Invalid value: "disk": must be a standard resource for containers',
      ],
      [
        'spec: {initContainers: [{name: i, image: x, readinessProbe: {exec: {command: [a]}}}]}',
        'spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
      ],
      ['spec: {initContainers: [{name: a, image: x}]}', 'spec.initContainers[0].name: Duplicate value: "a"'],
      [
        'spec: {restartPolicy: Maybe}',
        'spec.restartPolicy: Unsupported value: "Maybe": supported values: "Always", "OnFailure", "Never"',
      ],
      [
        'spec: {dnsPolicy: None}',
        'spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None',
      ],
      [
        'spec: {terminationGracePeriodSeconds: -1}',
        'spec.terminationGracePeriodSeconds: Invalid value: -1: must be greater than or equal to 0',
      ],
      [
        'spec: {hostname: A.b}',
        expect.stringContaining('spec.hostname: Invalid value: "A.b": a lowercase RFC 1123 label'),
      ],
      ['spec: {readinessGates: [{conditionType: mysql.holdfast.dev/ready}]}'],
      [
        'spec: {containers: [{name: a, image: x, securityContext: {runAsUser: -1}}]}',
        'spec.containers[0].securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive',
      ],
    ],
    update: [
      ['spec: {containers: [{name: a, image: y}]}'],
      ['spec: {activeDeadlineSeconds: 5, tolerations: [{operator: Exists}]}'],
      ['metadata: {labels: {a: b}}'],
      [
        'spec: {containers: [{name: a, image: x}, {name: b, image: x}]}',
        'spec.containers: Forbidden: pod updates may not add or remove containers',
      ],
      [
        'spec: {containers: [{name: a, image: x, tty: true}]}',
        expect.stringContaining(`${podText}\n  containers[0].tty: null -> true`),
      ],
      ['spec: {nodeName: node-0}', expect.stringContaining(podText)],
      ['spec: {hostname: h}', expect.stringContaining(podText)],
    ],
  },
  {
    kind: ['', 'Service'],
    good: '{spec: {selector: {app: mysql}, ports: [{port: 3306}], clusterIP: 10.96.0.5, clusterIPs: [10.96.0.5]}}',
    create: [
      [''],
      [
        'metadata: {name: 1x}',
        expect.stringContaining('metadata.name: Invalid value: "1x": a DNS-1035 label'),
      ],
      ['spec: {ports: []}', 'spec.ports: Required value'],
      ['spec: {ports: [], clusterIP: None, clusterIPs: [None]}'],
      ['spec: {ports: [{port: 1}, {port: 2, name: b}]}', 'spec.ports[0].name: Required value'],
      [
        'spec: {ports: [{port: 1, name: a}, {port: 1, name: a}]}',
        'spec.ports[1].name: Duplicate value: "a"',
        'spec.ports[1]: Duplicate value: {"protocol":"TCP","port":1}',
      ],
      [
        'spec: {ports: [{port: 0}]}',
        'spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
        'spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive',
      ],
      [
        'spec: {ports: [{port: 1, targetPort: UPPER}]}',
        expect.stringContaining('spec.ports[0].targetPort: Invalid value: "UPPER"'),
        expect.stringContaining('must contain at least one letter (a-z)'),
      ],
      [
        'spec: {ports: [{port: 1, nodePort: 30000}]}',
        "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
      ],
      [
        'spec: {type: Other}',
        'spec.type: Unsupported value: "Other": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
      ],
      [
        'spec: {type: NodePort, clusterIP: None, clusterIPs: [None]}',
        'spec.clusterIPs[0]: Invalid value: "None": may not be set to \'None\' for NodePort services',
      ],
      [
        'spec: {clusterIP: x, clusterIPs: [x]}',
        'spec.clusterIPs[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      ],
      ['spec: {type: ExternalName, clusterIP: null, clusterIPs: null}', 'spec.externalName: Required value'],
      [
        'spec: {sessionAffinity: Sticky}',
        'spec.sessionAffinity: Unsupported value: "Sticky": supported values: "ClientIP", "None"',
      ],
      [
        'spec: {externalTrafficPolicy: Local}',
        'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
      ],
    ],
    update: [
      ['spec: {ports: [{port: 3307}]}'],
      [
        'spec: {clusterIP: None, clusterIPs: [None]}',
        'spec.clusterIPs[0]: Invalid value: ["None"]: may not change once set',
      ],
    ],
  },
  {
    kind: ['', 'PersistentVolumeClaim'],
    good: '{spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}',
    create: [
      [''],
      ['spec: {accessModes: []}', 'spec.accessModes: Required value: at least 1 access mode is required'],
      [
        'spec: {accessModes: [Any]}',
        'spec.accessModes: Unsupported value: "Any": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
      ],
      ['spec: {resources: null}', 'spec.resources[storage]: Required value'],
      [
        'spec: {resources: {requests: {storage: 0}}}',
        'spec.resources[storage]: Invalid value: "0": must be greater than zero',
      ],
      [
        'spec: {volumeMode: Tape}',
        'spec.volumeMode: Unsupported value: "Tape": supported values: "Block", "Filesystem"',
      ],
    ],
    update: [
      ['spec: {volumeName: pv-1}'],
      ['spec: {storageClassName: standard}'],
      ['spec: {accessModes: [ReadWriteMany]}', expect.stringContaining(claimText)],
      ['spec: {resources: {requests: {storage: 2Gi}}}', expect.stringContaining(claimText)],
    ],
  },
  {
    kind: ['', 'PersistentVolumeClaim'],
    good: '{spec: {accessModes: [ReadWriteOnce], volumeName: v, storageClassName: s, resources: {requests: {storage: 2Gi}}}, status: {phase: Bound, capacity: {storage: 2Gi}}}',
    update: [
      ['spec: {resources: {requests: {storage: 3Gi}}}'],
      [
        'spec: {resources: {requests: {storage: 1Gi}}}',
        'spec.resources.requests.storage: Forbidden: field can not be less than status.capacity',
      ],
      ['spec: {volumeName: w}', expect.stringContaining(claimText)],
      ['spec: {storageClassName: t}', expect.stringContaining(claimText)],
    ],
  },
  {
    kind: ['', 'PersistentVolume'],
    good: '{spec: {accessModes: [ReadWriteOnce], capacity: {storage: 1Gi}, hostPath: {path: /data}}}',
    create: [
      [''],
      ['spec: {capacity: null}', 'spec.capacity: Required value'],
      ['spec: {hostPath: null}', 'spec: Required value: must specify a volume type'],
      ['spec: {nfs: {server: s, path: /x}}', 'spec.nfs: Forbidden: may not specify more than 1 volume type'],
      [
        'spec: {persistentVolumeReclaimPolicy: Keep}',
        'spec.persistentVolumeReclaimPolicy: Unsupported value: "Keep": supported values: "Delete", "Recycle", "Retain"',
      ],
    ],
    update: [
      ['spec: {capacity: {storage: 2Gi}, claimRef: {name: x, namespace: y}}'],
      [
        'spec: {hostPath: {path: /other}}',
        expect.stringContaining(
          'spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation',
        ),
      ],
    ],
  },
  {
    kind: ['storage.k8s.io', 'StorageClass'],
    good: '{provisioner: holdfast.dev/local, parameters: {a: b}}',
    create: [
      [''],
      ['provisioner: null', 'provisioner: Required value'],
      [
        'volumeBindingMode: Later',
        'volumeBindingMode: Unsupported value: "Later": supported values: "Immediate", "WaitForFirstConsumer"',
      ],
    ],
    update: [
      ['parameters: {a: c}', 'parameters: Forbidden: updates to parameters are forbidden.'],
      ['allowVolumeExpansion: true'],
    ],
  },
  {
    kind: ['batch', 'Job'],
    good: `{spec: {completions: 1, selector: {matchLabels: {app: mysql}}, manualSelector: true, template: {metadata: {labels: {app: mysql}}, spec: {restartPolicy: Never, containers: [{name: a, image: x}]}}}}`,
    create: [
      [''],
      [
        'spec: {template: {spec: {restartPolicy: null}}}',
        'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
      ],
      ['spec: {parallelism: -1}', 'spec.parallelism: Invalid value: -1: must be greater than or equal to 0'],
    ],
    update: [
      ['spec: {parallelism: 3}'],
      ['spec: {completions: 9}', 'spec.completions: Invalid value: 9: field is immutable'],
    ],
  },
  {
    kind: ['batch', 'CronJob'],
    good: `{spec: {schedule: "*/5 * * * *", jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: x}]}}}}}}`,
    create: [
      [''],
      ['spec: {schedule: "@hourly"}'],
      [
        'spec: {schedule: "* *"}',
        'spec.schedule: Invalid value: "* *": expected exactly 5 fields, found 2: [* *]',
      ],
      [
        `metadata: {name: ${'a'.repeat(53)}}`,
        `metadata.name: Invalid value: "${'a'.repeat(53)}": must be no more than 52 characters`,
      ],
    ],
  },
  {
    kind: ['policy', 'PodDisruptionBudget'],
    good: '{spec: {minAvailable: 1, selector: {matchLabels: {a: b}}}}',
    create: [
      [''],
      [
        'spec: {maxUnavailable: 1}',
        expect.stringContaining('minAvailable and maxUnavailable cannot be both set'),
      ],
      [
        'spec: {minAvailable: x}',
        expect.stringContaining('spec.minAvailable: Invalid value: "x": a valid percent string must be'),
      ],
    ],
  },
  {
    kind: ['discovery.k8s.io', 'EndpointSlice'],
    good: '{addressType: IPv4, endpoints: [{addresses: [10.0.0.1], hostname: mysql-0}], ports: [{port: 3306}]}',
    create: [
      [''],
      ['addressType: null', 'addressType: Required value'],
      [
        'endpoints: [{addresses: []}]',
        'endpoints[0].addresses: Required value: must contain at least 1 address',
      ],
      [
        'endpoints: [{addresses: [x]}]',
        'endpoints[0].addresses[0]: Invalid value: "x": must be a valid IPv4 address',
      ],
      ['ports: [{port: 1}, {port: 2}]', 'ports[1].name: Duplicate value: ""'],
    ],
    update: [['addressType: FQDN\nendpoints: []', 'addressType: Invalid value: "FQDN": field is immutable']],
  },
  {
    kind: ['', 'Namespace'],
    good: '{}',
    create: [
      [''],
      [
        'metadata: {name: a.b}',
        expect.stringContaining('metadata.name: Invalid value: "a.b": a lowercase RFC 1123 label'),
      ],
      ['metadata: {namespace: x}', 'metadata.namespace: Forbidden: not allowed on this type'],
    ],
  },
  {
    kind: ['rbac.authorization.k8s.io', 'RoleBinding'],
    good: '{roleRef: {kind: Role, name: r}, subjects: [{kind: ServiceAccount, name: s, namespace: n}]}',
    create: [
      [''],
      ['metadata: {name: "system:x"}'],
      [
        'subjects: [{kind: Robot, name: s}]',
        'subjects[0].kind: Unsupported value: "Robot": supported values: "Group", "ServiceAccount", "User"',
      ],
    ],
    update: [['roleRef: {name: other}', expect.stringContaining('cannot change roleRef')]],
  },
];

describeRules(groups);

describe('metadata of what is being deleted', () => {
  it('takes no new finalizers', () => {
    const kind = ref('', 'ConfigMap');
    const before = objectOf(
      kind,
      '{metadata: {deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: [a.b/c]}}',
    );
    const after = { ...before, metadata: { ...before.metadata, finalizers: ['a.b/c', 'a.b/d'] } };
    expect(texts(validateUpdate(kind, after, before))).toEqual([
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"a.b/d"}',
    ]);
  });
});

describe('a StatefulSet that was stored before its Pods were looked at', () => {
  const kind = ref('apps', 'StatefulSet');
  const spec = `{serviceName: My_SQL, selector: {matchLabels: {app: mysql}}, template: ${template}, volumeClaimTemplates: [{metadata: {name: data}, spec: {}}]}`;
  const before = objectOf(kind, `{spec: ${spec.replace('"mysql:8"', '""')}}`);
  const changed = (change: object): Loose => ({ ...before, spec: Object.assign({}, before['spec'], change) });

  it('may change as it is', () => {
    expect(texts(validateUpdate(kind, changed({ replicas: 5 }), before))).toEqual([]);
  });

  it('keeps to what was always asked of it', () => {
    expect(texts(validateUpdate(kind, changed({ replicas: -1 }), before))).toEqual([
      'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    ]);
  });

  it('is looked at again once its template is right', () => {
    const right = objectOf(kind, `{spec: ${spec}}`);
    expect(texts(validateUpdate(kind, right, before))).toEqual([]);
    expect(texts(validateUpdate(kind, before, right))).toEqual([
      'spec.template.spec.containers[0].image: Required value',
    ]);
  });
});

describe('status', () => {
  it('of a StatefulSet counts no more than there are', () => {
    const kind = ref('apps', 'StatefulSet');
    const before = objectOf(kind, '{spec: {}}');
    const withStatus = (status: object): Loose => ({ ...before, status });
    expect(texts(validateStatusUpdate(kind, withStatus({ replicas: 1, readyReplicas: 2 }), before))).toEqual([
      'status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas',
    ]);
    expect(
      validateStatusUpdate(kind, withStatus({ replicas: 3, readyReplicas: 2, availableReplicas: 2 }), before),
    ).toEqual([]);
    const twice = withStatus({ replicas: 1, collisionCount: 2 });
    expect(texts(validateStatusUpdate(kind, withStatus({ replicas: 1, collisionCount: 1 }), twice))).toEqual([
      'status.collisionCount: Invalid value: 1: cannot be decremented',
    ]);
  });
});
