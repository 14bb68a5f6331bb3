/** An application that outlives every server. */
export const application = `
apiVersion: v1
kind: Pod
metadata: { name: application }
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - name: application
    image: holdfast.local/postgres:latest
    command: [sleep, infinity]
    env:
    - { name: PGUSER, value: postgres }
    - { name: PGPASSWORD, value: example }
    - { name: PGHOST, value: postgres-primary }
    - { name: PGCONNECT_TIMEOUT, value: "2" }
`;

/** The image without any of the example, as its entrypoint documents it. */
export const plain = (pod: string): string => `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: plain }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: plain }
data:
  1.sql: CREATE TABLE visit (n int);
  2.sh: psql -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c 'INSERT INTO visit VALUES (1)'
---
apiVersion: v1
kind: Pod
metadata: { name: ${pod} }
spec:
  securityContext: { runAsUser: 999, runAsGroup: 999, fsGroup: 999 }
  containers:
  - name: postgres
    image: holdfast.local/postgres:latest
    args: ["-c", "fsync=off"]
    env:
    - { name: PGDATA, value: /var/lib/postgresql/data/pgdata }
    - { name: POSTGRES_USER, value: owner }
    - { name: POSTGRES_DB, value: shop }
    - { name: POSTGRES_PASSWORD_FILE, value: /secret/password }
    readinessProbe:
      exec: { command: [pg_isready, -q, -h, 127.0.0.1] }
      periodSeconds: 1
    volumeMounts:
    - { name: data, mountPath: /var/lib/postgresql/data }
    - { name: scripts, mountPath: /docker-entrypoint-initdb.d }
    - { name: secret, mountPath: /secret }
  volumes:
  - { name: data, persistentVolumeClaim: { claimName: plain } }
  - { name: scripts, configMap: { name: plain } }
  - { name: secret, secret: { secretName: plain } }
`;
