/** Objects of every kind that the course and the controllers use; applied together by the tests of this folder. */
export const everyKind = `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop }
data: { colour: green, size: large }
---
apiVersion: v1
kind: Secret
metadata: { name: login, namespace: shop }
data: { password: ZXhhbXBsZQ== }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { clusterIP: None, selector: { app: db }, ports: [{ name: mysql, port: 3306 }] }
---
apiVersion: v1
kind: PersistentVolume
metadata: { name: by-hand }
spec:
  capacity: { storage: 2Gi }
  accessModes: [ReadWriteOnce]
  storageClassName: manual
  hostPath: { path: /nowhere }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
      - name: nginx
        image: nginx:1
        ports: [{ containerPort: 8080 }]
        envFrom: [{ configMapRef: { name: settings } }]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec:
  serviceName: db
  replicas: 2
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec:
      containers:
      - name: mysql
        image: mysql:8
        env: [{ name: PASSWORD, valueFrom: { secretKeyRef: { name: login, key: password } } }]
        ports: [{ containerPort: 3306 }]
        volumeMounts: [{ name: data, mountPath: /var/lib/mysql }]
  volumeClaimTemplates:
  - metadata: { name: data }
    spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;

/** What the tests do not mean to find: a Pod with a field that does not exist. */
export const misspelt = `
apiVersion: v1
kind: Pod
metadata: { name: misspelt }
spec:
  containers: [{ name: main, image: x, imagePulPolicy: Never }]
`;

/** One Pod that is ready at once. */
export function podNamed(name: string): string {
  return `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { app: ${name} } }
spec: { containers: [{ name: main, image: "example:1" }] }
`;
}
