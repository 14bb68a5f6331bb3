import type { PaperCluster } from './paper-cluster.js';

const resources = `
apiVersion: v1
kind: ConfigMap
metadata: { name: {{ .Release.Name }}-config }
data: { colour: {{ .Values.colour }} }
---
apiVersion: v1
kind: Secret
metadata: { name: {{ .Release.Name }}-login }
stringData: { password: {{ .Values.colour }} }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: {{ .Release.Name }} }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: {{ .Release.Name }} }
rules: [{ apiGroups: [""], resources: [pods], verbs: [get] }]
---
apiVersion: v1
kind: Service
metadata: { name: {{ .Release.Name }} }
spec: { clusterIP: None, selector: { app: {{ .Release.Name }} }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: {{ .Release.Name }} }
spec:
  serviceName: {{ .Release.Name }}
  replicas: {{ .Values.replicas }}
  selector: { matchLabels: { app: {{ .Release.Name }} } }
  template:
    metadata: { labels: { app: {{ .Release.Name }} } }
    spec: { containers: [{ name: main, image: "example:1" }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: {{ .Release.Name }} }
spec:
  replicas: {{ .Values.replicas }}
  selector: { matchLabels: { web: {{ .Release.Name }} } }
  template:
    metadata:
      labels: { web: {{ .Release.Name }} }
      annotations: { simulated.holdfast.dev/never-ready: {{ .Values.stuck | quote }} }
    spec: { containers: [{ name: main, image: "example:1" }] }
`;

/** Jobs whose Pods end at once with a code, before and after what the chart installs. */
const hooks = `
{{- range $when := list "pre-install" "post-install" "pre-upgrade" "post-upgrade" }}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ $.Release.Name }}-{{ $when }}
  annotations: { helm.sh/hook: {{ $when }}, helm.sh/hook-delete-policy: before-hook-creation }
spec:
  backoffLimit: 0
  template:
    metadata: { annotations: { simulated.holdfast.dev/fail: "exit {{ $.Values.hookExit }}" } }
    spec: { restartPolicy: Never, containers: [{ name: main, image: "example:1" }] }
{{- end }}
`;

const test = `
apiVersion: v1
kind: Pod
metadata:
  name: {{ .Release.Name }}-test
  annotations:
    helm.sh/hook: test
    helm.sh/hook-delete-policy: before-hook-creation
    simulated.holdfast.dev/fail: "exit {{ .Values.testExit }}"
spec: { restartPolicy: Never, containers: [{ name: main, image: "example:1" }] }
`;

const files: Readonly<Record<string, string>> = {
  'Chart.yaml': 'apiVersion: v2\nname: notes\nversion: 0.1.0\nappVersion: "1.0"\n',
  'values.yaml': 'replicas: 1\ncolour: green\nstuck: false\nhookExit: 0\ntestExit: 0\n',
  'templates/all.yaml': resources,
  'templates/hooks.yaml': hooks,
  'templates/tests/pod.yaml': test,
  'templates/NOTES.txt': '{{ .Release.Name }} is {{ .Values.colour }}.\n',
};

/** Writes a chart with workloads, hooks that are Jobs, and a test Pod; gives its directory. */
export async function writeChart(cluster: PaperCluster): Promise<string> {
  let directory = '';
  for (const [name, content] of Object.entries(files)) {
    const path = await cluster.file(`notes/${name}`, content);
    if (name === 'Chart.yaml') directory = path.slice(0, -'/Chart.yaml'.length);
  }
  return directory;
}
