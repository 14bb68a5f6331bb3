import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { KindRef, KubeObject } from '../kube-object.js';
import { imageTag } from './container.js';
import { applyDefaults } from './index.js';

type Loose = KubeObject & { readonly [field: string]: unknown };

function defaulted(group: string, kind: string, yaml: string): Loose {
  const ref: KindRef<Loose> = { group, version: 'v1', kind, plural: '', namespaced: true };
  return applyDefaults(ref, parse(yaml));
}

const podSpec = {
  dnsPolicy: 'ClusterFirst',
  restartPolicy: 'Always',
  securityContext: {},
  terminationGracePeriodSeconds: 30,
  schedulerName: 'default-scheduler',
};

const container = {
  imagePullPolicy: 'IfNotPresent',
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  resources: {},
};

describe('Pod', () => {
  it('gets what Kubernetes gives it', () => {
    const pod = defaulted(
      '',
      'Pod',
      `
      metadata: {name: p, creationTimestamp: null}
      spec:
        serviceAccountName: sa
        containers:
        - name: c
          image: mysql:8
          ports: [{containerPort: 3306}]
          env: [{name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]
          resources: {limits: {cpu: 0.5, memory: 1024Mi}}
          readinessProbe: {tcpSocket: {port: 3306}, periodSeconds: 2}
          livenessProbe: {httpGet: {port: 80}}
        volumes:
        - name: a
        - {name: b, configMap: {name: x}}
        - {name: c, hostPath: {path: /x}}
        - {name: d, emptyDir: {sizeLimit: 1024Ki}}`,
    );
    expect(pod).toEqual({
      metadata: { name: 'p' },
      spec: {
        ...podSpec,
        enableServiceLinks: true,
        serviceAccount: 'sa',
        serviceAccountName: 'sa',
        containers: [
          {
            ...container,
            name: 'c',
            image: 'mysql:8',
            ports: [{ containerPort: 3306, protocol: 'TCP' }],
            env: [{ name: 'IP', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'status.podIP' } } }],
            resources: { limits: { cpu: '500m', memory: '1Gi' }, requests: { cpu: '500m', memory: '1Gi' } },
            readinessProbe: {
              tcpSocket: { port: 3306 },
              periodSeconds: 2,
              timeoutSeconds: 1,
              successThreshold: 1,
              failureThreshold: 3,
            },
            livenessProbe: {
              httpGet: { port: 80, path: '/', scheme: 'HTTP' },
              periodSeconds: 10,
              timeoutSeconds: 1,
              successThreshold: 1,
              failureThreshold: 3,
            },
          },
        ],
        volumes: [
          { name: 'a', emptyDir: {} },
          { name: 'b', configMap: { name: 'x', defaultMode: 420 } },
          { name: 'c', hostPath: { path: '/x', type: '' } },
          { name: 'd', emptyDir: { sizeLimit: '1Mi' } },
        ],
      },
    });
  });

  it.each([
    ['mysql', 'latest'],
    ['mysql:latest', 'latest'],
    ['mysql:8', '8'],
    ['localhost:5000/mysql', 'latest'],
    ['localhost:5000/mysql:8', '8'],
    ['mysql@sha256:abc', ''],
    ['mysql:8@sha256:abc', '8'],
  ])('reads the tag of %s as %j', (image, tag) => {
    expect(imageTag(image)).toBe(tag);
  });

  it('pulls latest always', () => {
    const pod = defaulted(
      '',
      'Pod',
      'spec: {containers: [{name: c, image: mysql}], hostNetwork: true, initContainers: [{name: i, image: x:1}]}',
    );
    expect(pod).toMatchObject({
      spec: {
        containers: [{ imagePullPolicy: 'Always' }],
        initContainers: [{ imagePullPolicy: 'IfNotPresent' }],
      },
    });
  });
});

describe('StatefulSet', () => {
  const set = (more: string): Loose =>
    defaulted(
      'apps',
      'StatefulSet',
      `
      spec:
        serviceName: mysql
        selector: {matchLabels: {app: mysql}}
        template: {metadata: {labels: {app: mysql}}, spec: {containers: [{name: mysql, image: mysql:8}]}}
        ${more}`,
    );

  it('gets what Kubernetes gives it', () => {
    expect(
      set(
        'volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1024Mi}}}}]',
      ),
    ).toEqual({
      spec: {
        serviceName: 'mysql',
        selector: { matchLabels: { app: 'mysql' } },
        template: {
          metadata: { labels: { app: 'mysql' } },
          spec: { ...podSpec, containers: [{ ...container, name: 'mysql', image: 'mysql:8' }] },
        },
        replicas: 1,
        revisionHistoryLimit: 10,
        podManagementPolicy: 'OrderedReady',
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
        volumeClaimTemplates: [
          {
            apiVersion: 'v1',
            kind: 'PersistentVolumeClaim',
            metadata: { name: 'data' },
            spec: {
              accessModes: ['ReadWriteOnce'],
              resources: { requests: { storage: '1Gi' } },
              volumeMode: 'Filesystem',
            },
            status: { phase: 'Pending' },
          },
        ],
      },
    });
  });

  it.each([
    ['updateStrategy: {type: OnDelete}', { type: 'OnDelete' }],
    ['updateStrategy: {type: RollingUpdate}', { type: 'RollingUpdate' }],
    [
      'updateStrategy: {type: RollingUpdate, rollingUpdate: {}}',
      { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    ],
    [
      'updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 2}}',
      { type: 'RollingUpdate', rollingUpdate: { partition: 2 } },
    ],
    ['updateStrategy: {}', { type: 'RollingUpdate', rollingUpdate: { partition: 0 } }],
    ['replicas: 3', { type: 'RollingUpdate', rollingUpdate: { partition: 0 } }],
  ])('strategy of %s', (more, updateStrategy) => {
    expect(set(more)).toMatchObject({ spec: { updateStrategy } });
  });
});

interface Case {
  readonly of: readonly [group: string, kind: string];
  readonly given: string;
  readonly want: object;
}

const template = 'template: {metadata: {labels: {a: b}}, spec: {containers: []}}';
const cases: readonly Case[] = [
  {
    of: ['', 'Service'],
    given: 'spec: {ports: [{port: 80}]}',
    want: {
      spec: {
        type: 'ClusterIP',
        sessionAffinity: 'None',
        internalTrafficPolicy: 'Cluster',
        ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      },
      status: { loadBalancer: {} },
    },
  },
  {
    of: ['', 'Service'],
    given: 'spec: {clusterIP: None, ports: [{port: 80, targetPort: web}]}',
    want: { spec: { clusterIP: 'None', ports: [{ targetPort: 'web' }] } },
  },
  {
    of: ['', 'Service'],
    given: 'spec: {type: NodePort, sessionAffinity: ClientIP}',
    want: {
      spec: {
        externalTrafficPolicy: 'Cluster',
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } },
      },
    },
  },
  {
    of: ['apps', 'Deployment'],
    given: `spec: {${template}}`,
    want: {
      spec: {
        replicas: 1,
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
        template: { spec: podSpec },
      },
    },
  },
  {
    of: ['apps', 'Deployment'],
    given: 'spec: {replicas: 0, strategy: {type: Recreate}}',
    want: { spec: { replicas: 0, strategy: { type: 'Recreate' } } },
  },
  { of: ['apps', 'ReplicaSet'], given: 'spec: {}', want: { spec: { replicas: 1 } } },
  {
    of: ['apps', 'DaemonSet'],
    given: 'spec: {}',
    want: {
      spec: {
        revisionHistoryLimit: 10,
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      },
    },
  },
  {
    of: ['batch', 'Job'],
    given: `spec: {${template}}`,
    want: {
      metadata: { labels: { a: 'b' } },
      spec: {
        completions: 1,
        parallelism: 1,
        backoffLimit: 6,
        completionMode: 'NonIndexed',
        suspend: false,
        podReplacementPolicy: 'TerminatingOrFailed',
        manualSelector: false,
      },
    },
  },
  {
    of: ['batch', 'Job'],
    given: 'spec: {parallelism: 4}',
    want: { spec: { parallelism: 4, backoffLimit: 6 } },
  },
  {
    of: ['batch', 'CronJob'],
    given: 'spec: {schedule: "@hourly"}',
    want: {
      spec: {
        concurrencyPolicy: 'Allow',
        suspend: false,
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 1,
      },
    },
  },
  {
    of: ['', 'PersistentVolumeClaim'],
    given: 'spec: {}',
    want: { spec: { volumeMode: 'Filesystem', resources: {} }, status: { phase: 'Pending' } },
  },
  {
    of: ['', 'PersistentVolume'],
    given: 'spec: {capacity: {storage: 1024Mi}, hostPath: {path: /x}}',
    want: {
      spec: {
        capacity: { storage: '1Gi' },
        persistentVolumeReclaimPolicy: 'Retain',
        volumeMode: 'Filesystem',
        hostPath: { path: '/x', type: '' },
      },
    },
  },
  {
    of: ['storage.k8s.io', 'StorageClass'],
    given: 'provisioner: x',
    want: { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' },
  },
  {
    of: ['', 'Secret'],
    given: 'data: {a: eA==, b: eA==}\nstringData: {b: "é"}',
    want: { type: 'Opaque', data: { a: 'eA==', b: 'w6k=' } },
  },
  {
    of: ['', 'Endpoints'],
    given: 'subsets: [{ports: [{port: 1}]}]',
    want: { subsets: [{ ports: [{ port: 1, protocol: 'TCP' }] }] },
  },
  {
    of: ['discovery.k8s.io', 'EndpointSlice'],
    given: 'ports: [{port: 1}]',
    want: { ports: [{ name: '', port: 1, protocol: 'TCP' }] },
  },
  {
    of: ['', 'Namespace'],
    given: 'metadata: {name: x, labels: {a: b}}',
    want: {
      metadata: { labels: { a: 'b', 'kubernetes.io/metadata.name': 'x' } },
      status: { phase: 'Active' },
    },
  },
  {
    of: ['', 'Node'],
    given: 'status: {capacity: {memory: 1024Mi}}',
    want: { spec: {}, status: { capacity: { memory: '1Gi' }, allocatable: { memory: '1Gi' } } },
  },
  {
    of: ['', 'ReplicationController'],
    given: `spec: {${template}}`,
    want: { metadata: { labels: { a: 'b' } }, spec: { replicas: 1, selector: { a: 'b' } } },
  },
  {
    of: ['autoscaling', 'HorizontalPodAutoscaler'],
    given: 'spec: {maxReplicas: 3}',
    want: { spec: { minReplicas: 1, metrics: [{ type: 'Resource' }] } },
  },
  {
    of: ['networking.k8s.io', 'NetworkPolicy'],
    given: 'spec: {podSelector: {}, egress: [{ports: [{port: 53}]}]}',
    want: {
      spec: { policyTypes: ['Ingress', 'Egress'], egress: [{ ports: [{ port: 53, protocol: 'TCP' }] }] },
    },
  },
  {
    of: ['rbac.authorization.k8s.io', 'RoleBinding'],
    given:
      'roleRef: {kind: Role, name: r}\nsubjects: [{kind: User, name: u}, {kind: ServiceAccount, name: s, namespace: n}]',
    want: {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io' }, { kind: 'ServiceAccount' }],
    },
  },
  {
    of: ['scheduling.k8s.io', 'PriorityClass'],
    given: 'value: 1',
    want: { preemptionPolicy: 'PreemptLowerPriority' },
  },
];

describe('other kinds', () => {
  it.each(cases)('$of: $given', ({ of: [group, kind], given, want }) => {
    const once = defaulted(group, kind, given);
    expect(once).toMatchObject(want);
    const ref: KindRef<Loose> = { group, version: 'v1', kind, plural: '', namespaced: true };
    expect(applyDefaults(ref, once)).toEqual(once);
  });

  it('drops nulls, but not those that other owners may mean', () => {
    expect(defaulted('', 'ConfigMap', 'data: {a: null, b: x}')).toEqual({ data: { b: 'x' } });
    expect(defaulted('apps', 'ControllerRevision', 'data: {a: null}')).toEqual({ data: { a: null } });
    expect(defaulted('example.com', 'Thing', 'spec: null')).toEqual({ spec: null });
  });

  it('leaves frozen objects alone', () => {
    const object = Object.freeze({
      metadata: Object.freeze({ name: 'x' }),
      spec: Object.freeze({ containers: Object.freeze([Object.freeze({ name: 'c' })]) }),
    });
    const ref: KindRef<Loose> = { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true };
    expect(applyDefaults(ref, object)).toMatchObject({ spec: podSpec });
  });
});
