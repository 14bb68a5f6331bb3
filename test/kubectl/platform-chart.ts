/* A long file, since it is one chart. */
import type { PaperCluster } from './paper-cluster.js';

const helpers = `
{{- define "store.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}
{{- define "store.selector" -}}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
{{- define "store.pdb" -}}
{{- if .Capabilities.APIVersions.Has "policy/v1/PodDisruptionBudget" }}policy/v1{{ else }}policy/v1beta1{{ end }}
{{- end }}
`;

/** A password that is made once and kept: what most charts of databases do by `lookup`. */
const secret = `
{{- $found := lookup "v1" "Secret" .Release.Namespace (printf "%s-login" .Release.Name) }}
apiVersion: v1
kind: Secret
metadata:
  name: {{ .Release.Name }}-login
  labels: {{- include "store.labels" . | nindent 4 }}
type: Opaque
data:
  password: {{ if $found }}{{ index $found.data "password" }}{{ else }}{{ randAlphaNum 16 | b64enc }}{{ end }}
`;

const access = `
apiVersion: v1
kind: ServiceAccount
metadata: { name: {{ .Release.Name }} }
automountServiceAccountToken: false
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: {{ .Release.Name }} }
rules: [{ apiGroups: [""], resources: [pods, endpoints], verbs: [get, list, watch] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: {{ .Release.Name }} }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: {{ .Release.Name }} }
subjects: [{ kind: ServiceAccount, name: {{ .Release.Name }}, namespace: {{ .Release.Namespace }} }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: {{ .Release.Namespace }}-{{ .Release.Name }} }
rules: [{ apiGroups: [""], resources: [nodes], verbs: [get, list] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: {{ .Release.Namespace }}-{{ .Release.Name }} }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {{ .Release.Namespace }}-{{ .Release.Name }} }
subjects: [{ kind: ServiceAccount, name: {{ .Release.Name }}, namespace: {{ .Release.Namespace }} }]
`;

const bounds = `
apiVersion: v1
kind: ResourceQuota
metadata: { name: {{ .Release.Name }} }
spec: { hard: { pods: {{ .Values.quota.pods | quote }}, requests.cpu: "2", count/statefulsets.apps: "1" } }
---
apiVersion: v1
kind: LimitRange
metadata: { name: {{ .Release.Name }} }
spec: { limits: [{ type: Container, defaultRequest: { cpu: 50m }, default: { cpu: 500m } }] }
---
apiVersion: {{ include "store.pdb" . }}
kind: PodDisruptionBudget
metadata: { name: {{ .Release.Name }} }
spec:
  maxUnavailable: 1
  selector: { matchLabels: {{ include "store.selector" . | fromYaml | toJson }} }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: {{ .Release.Name }} }
spec:
  podSelector: { matchLabels: {{ include "store.selector" . | fromYaml | toJson }} }
  policyTypes: [Ingress, Egress]
  egress: [{}]
  ingress: [{ ports: [{ port: sql }] }]
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: {{ .Release.Name }}-web }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: {{ .Release.Name }}-web }
  minReplicas: 1
  maxReplicas: 3
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 80 } } }]
`;

const services = `
apiVersion: v1
kind: Service
metadata: { name: {{ .Release.Name }}-headless, labels: {{ include "store.labels" . | fromYaml | toJson }} }
spec:
  clusterIP: None
  publishNotReadyAddresses: true
  selector: {{- include "store.selector" . | nindent 4 }}
  ports: [{ name: sql, port: 5432, targetPort: sql }]
---
apiVersion: v1
kind: Service
metadata: { name: {{ .Release.Name }}, labels: {{ include "store.labels" . | fromYaml | toJson }} }
spec:
  type: {{ .Values.service.type }}
  selector: {{- include "store.selector" . | nindent 4 }}
  ports: [{ name: sql, port: 5432, targetPort: sql }]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: {{ .Release.Name }} }
spec:
  rules:
    - host: {{ .Release.Name }}.example.com
      http:
        paths: [{ path: /, pathType: Prefix, backend: { service: { name: {{ .Release.Name }}, port: { name: sql } } } }]
{{- if .Capabilities.APIVersions.Has "monitoring.coreos.com/v1" }}
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: { name: {{ .Release.Name }} }
spec: { endpoints: [{ port: metrics }] }
{{- end }}
`;

const workloads = `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: {{ .Release.Name }}, labels: {{ include "store.labels" . | fromYaml | toJson }} }
spec:
  replicas: {{ .Values.replicas }}
  podManagementPolicy: {{ .Values.podManagementPolicy }}
  serviceName: {{ .Release.Name }}-headless
  updateStrategy: { type: RollingUpdate }
  selector: { matchLabels: {{ include "store.selector" . | fromYaml | toJson }} }
  template:
    metadata:
      labels: {{- include "store.labels" . | nindent 8 }}
      annotations: { checksum/settings: {{ toJson .Values.settings | sha256sum }} }
    spec:
      serviceAccountName: {{ .Release.Name }}
      automountServiceAccountToken: false
      securityContext: { fsGroup: 1001, fsGroupChangePolicy: OnRootMismatch }
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - weight: 1
              podAffinityTerm:
                topologyKey: kubernetes.io/hostname
                labelSelector: { matchLabels: {{ include "store.selector" . | fromYaml | toJson }} }
      initContainers: [{ name: prepare, image: "example:1", command: [chown, "-R", "1001", /data] }]
      containers:
        - name: store
          image: "example:1"
          securityContext: { runAsUser: 1001, runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }
          env:
            - { name: POD_NAME, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
            - { name: PASSWORD, valueFrom: { secretKeyRef: { name: {{ .Release.Name }}-login, key: password } } }
          ports: [{ name: sql, containerPort: 5432 }]
          livenessProbe: { tcpSocket: { port: sql }, initialDelaySeconds: 30 }
          readinessProbe: { exec: { command: [is-ready] } }
          volumeMounts: [{ name: data, mountPath: /data }, { name: settings, mountPath: /settings }]
      volumes: [{ name: settings, configMap: { name: {{ .Release.Name }} } }]
  volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: {{ .Release.Name }} }
data: {{- toYaml .Values.settings | nindent 2 }}
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: {{ .Release.Name }}-web }
spec:
  selector: { matchLabels: { web: {{ .Release.Name }} } }
  template:
    metadata: { labels: { web: {{ .Release.Name }} } }
    spec:
      topologySpreadConstraints:
        - { maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: { matchLabels: { web: {{ .Release.Name }} } } }
      containers: [{ name: web, image: "example:1" }]
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: {{ .Release.Name }}-backup }
spec:
  schedule: "@daily"
  timeZone: Etc/UTC
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      template:
        spec: { restartPolicy: OnFailure, containers: [{ name: backup, image: "example:1" }] }
`;

/** By weight: first the account, then the Job that needs it; both go when they have done their work. */
const hooks = `
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .Release.Name }}-migrate
  annotations: { helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-weight: "-5", helm.sh/hook-delete-policy: "before-hook-creation" }
---
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-migrate
  annotations: { helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-weight: "1", helm.sh/hook-delete-policy: "before-hook-creation,hook-succeeded" }
spec:
  backoffLimit: 1
  ttlSecondsAfterFinished: 600
  template:
    spec:
      serviceAccountName: {{ .Release.Name }}-migrate
      restartPolicy: Never
      containers: [{ name: migrate, image: "example:1" }]
`;

const notes = `
Kubernetes {{ .Capabilities.KubeVersion.Version }}, CustomResourceDefinitions {{ .Capabilities.APIVersions.Has "apiextensions.k8s.io/v1" }}
{{- range (lookup "v1" "Service" "default" "").items }}
found {{ .metadata.name }}
{{- end }}
`;

const files: Readonly<Record<string, string>> = {
  'Chart.yaml':
    'apiVersion: v2\nname: store\nversion: 1.2.3+build.4\nappVersion: "16.1"\nkubeVersion: ">=1.25.0-0"\n',
  'values.yaml': `
replicas: 2
podManagementPolicy: OrderedReady
service: { type: ClusterIP }
quota: { pods: "8" }
settings: { level: low }
`,
  'templates/_helpers.tpl': helpers,
  'templates/secret.yaml': secret,
  'templates/access.yaml': access,
  'templates/bounds.yaml': bounds,
  'templates/services.yaml': services,
  'templates/workloads.yaml': workloads,
  'templates/hooks.yaml': hooks,
  'templates/NOTES.txt': notes,
};

const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: stores.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { plural: stores, singular: store, kind: Store }
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }]
`;

/** Writes a chart in the shape of those that people install for databases, and one that brings a kind of its own; gives their directories. */
export async function writePlatformCharts(
  cluster: PaperCluster,
): Promise<{ readonly store: string; readonly withKind: string }> {
  const write = async (directory: string, content: Readonly<Record<string, string>>): Promise<string> => {
    const paths = Object.entries(content).map(([name, text]) => cluster.file(`${directory}/${name}`, text));
    const [first = ''] = await Promise.all(paths);
    return first.slice(0, -'/Chart.yaml'.length);
  };
  return {
    store: await write('store', files),
    withKind: await write('with-kind', { ...files, 'crds/stores.yaml': definition }),
  };
}
