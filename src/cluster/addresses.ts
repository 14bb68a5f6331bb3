/** Addresses and names that are the same in every cluster: each has a network namespace of its own. */
export const NODE_NAME = 'node-0';
/** The node's address; also the gateway of every Pod. */
export const NODE_ADDRESS = '10.244.0.1';
/** Where Pods get their addresses. */
export const POD_RANGE = '10.244.0.0/16';
/** Where Services get their addresses. */
export const SERVICE_RANGE = '10.96.0.0/16';
/** The cluster's DNS server. */
export const DNS_ADDRESS = '10.96.0.10';
/** The Service `kubernetes`. */
export const KUBERNETES_SERVICE_ADDRESS = '10.96.0.1';
/** Suffix of every Service's name. */
export const CLUSTER_DOMAIN = 'cluster.local';
/** Port of the API server inside the namespace, and the first one tried on the host. */
export const API_PORT = 6443;
/** Where containerd finds the way out, inside the namespace: Pods have a loopback of their own and cannot reach it. */
export const EGRESS_PORT = 3128;
