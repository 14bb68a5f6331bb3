import { toolboxImage } from '../tools/toolbox.js';

const sleeper = `{ name: main, image: "${toolboxImage}", command: [sleep, infinity] }`;

/** A headless Service for the Pods of that app. */
export function headless(app: string): string {
  return `
apiVersion: v1
kind: Service
metadata: { name: ${app} }
spec: { clusterIP: None, selector: { app: ${app} } }
`;
}

/** Three Pods that have nothing of their own. */
export const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: random }
spec:
  replicas: 3
  selector: { matchLabels: { app: random } }
  template:
    metadata: { labels: { app: random } }
    spec: { terminationGracePeriodSeconds: 1, containers: [${sleeper}] }
`;

/** The claim that all Pods of \`sharedDeployment\` mount. */
export const claimOfDeployment = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: shared }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;

/** Two Pods of one claim. */
export const sharedDeployment = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: shared }
spec:
  replicas: 2
  selector: { matchLabels: { app: shared } }
  template:
    metadata: { labels: { app: shared } }
    spec:
      terminationGracePeriodSeconds: 1
      volumes: [{ name: data, persistentVolumeClaim: { claimName: shared } }]
      containers:
      - name: main
        image: "${toolboxImage}"
        command: [sleep, infinity]
        volumeMounts: [{ name: data, mountPath: /data }]
`;

/** What the course says does not exist. */
export const deploymentWithTemplates = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: impossible }
spec:
  selector: { matchLabels: { app: impossible } }
  template:
    metadata: { labels: { app: impossible } }
    spec: { containers: [${sleeper}] }
  volumeClaimTemplates:
  - metadata: { name: data }
    spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;

/** A set that names no Service. */
export const setWithoutService = `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: nameless }
spec:
  replicas: 1
  selector: { matchLabels: { app: nameless } }
  template:
    metadata: { labels: { app: nameless } }
    spec: { terminationGracePeriodSeconds: 1, containers: [${sleeper}] }
`;

/** Its first Pod runs and never becomes ready. */
export const neverReadySet = `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: stuck }
spec:
  serviceName: stuck
  replicas: 2
  selector: { matchLabels: { app: stuck } }
  template:
    metadata: { labels: { app: stuck } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - name: main
        image: "${toolboxImage}"
        command: [sleep, infinity]
        readinessProbe: { exec: { command: ["false"] }, periodSeconds: 1 }
`;

/** Stateful software in a line of shell: counts its starts on its volume, and tells them to whoever asks. */
export const notebookSet = `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: notebook }
spec:
  serviceName: notebook
  replicas: 3
  selector: { matchLabels: { app: notebook } }
  template:
    metadata: { labels: { app: notebook } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - name: main
        image: "${toolboxImage}"
        command:
        - sh
        - -c
        - |
          echo started >>/pages/starts
          while true; do
            echo "$HOSTNAME was started $(wc -l </pages/starts) times" | nc -l -N 7000 >/dev/null
          done
        ports: [{ containerPort: 7000 }]
        readinessProbe: { exec: { command: [test, -s, /pages/starts] }, periodSeconds: 1 }
        volumeMounts: [{ name: pages, mountPath: /pages }]
  volumeClaimTemplates:
  - metadata: { name: pages }
    spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 10Mi } } }
`;

/** A volume made by hand in a directory of the machine, a claim for it, and a Pod that uses it. */
export function staticVolume(directory: string): string {
  return `
apiVersion: v1
kind: PersistentVolume
metadata: { name: by-hand }
spec:
  capacity: { storage: 2Gi }
  accessModes: [ReadWriteOnce]
  storageClassName: manual
  hostPath: { path: "${directory}" }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: by-hand }
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: manual
  resources: { requests: { storage: 1Gi } }
---
apiVersion: v1
kind: Pod
metadata: { name: by-hand }
spec:
  terminationGracePeriodSeconds: 1
  volumes: [{ name: data, persistentVolumeClaim: { claimName: by-hand } }]
  containers:
  - name: main
    image: "${toolboxImage}"
    command: [sleep, infinity]
    volumeMounts: [{ name: data, mountPath: /data }]
`;
}
