import type { Pod } from '../api/generated/core-v1.js';
import type { Known } from '../lib/known.js';

/** A sandbox of the Pod, as the runtime has it. Times in milliseconds since the epoch. */
export interface SandboxFact {
  readonly id: string;
  readonly attempt: number;
  readonly ready: boolean;
  readonly createdAtMs: number;
  readonly addresses: readonly string[];
}

/** A container of the Pod, as the runtime has it. Times in milliseconds since the epoch. */
export interface ContainerFact {
  readonly id: string;
  readonly sandboxId: string;
  readonly name: string;
  readonly attempt: number;
  readonly phase: 'created' | 'running' | 'exited' | 'unknown';
  readonly imageRef: string;
  readonly createdAtMs: number;
  readonly startedAtMs?: number;
  readonly finishedAtMs?: number;
  readonly exitCode: number;
  readonly reason: string;
  /** What it left in its termination message, or the runtime's word on its end. */
  readonly message: string;
  /** Hash of the definition that it was made from. */
  readonly hash: string;
  /** How long its successor waits after it ended, decided when it was made. */
  readonly backoffMs: number;
  /** The image that it was made from, when that stands in for the one of its definition. */
  readonly standIn?: string;
}

/** All sandboxes and containers of the Pod, newest first. */
export interface RuntimeFacts {
  readonly sandboxes: readonly SandboxFact[];
  readonly containers: readonly ContainerFact[];
}

/** A step that failed and is tried again; `reason` is what Kubernetes calls it. Times in milliseconds since the epoch. */
export interface Failure {
  readonly reason: string;
  readonly message: string;
  readonly failures: number;
  readonly retryAtMs: number;
}

/** Work that was begun for the Pod and is not over. */
export interface OperationFact {
  /** For stops: when the runtime will have killed what does not stop, in milliseconds since the epoch. */
  readonly deadlineMs?: number;
}

/** An image that a container can be made from. */
export interface ImageFact {
  /** What the runtime is asked to run. */
  readonly runReference: string;
  readonly imageId: string;
  /** The image that stands in for the one that was asked for. */
  readonly standIn?: string;
}

/** What the probes of a running container last said; undefined while they have not. */
export interface ProbeFacts {
  readonly startup?: boolean;
  readonly readiness?: boolean;
  readonly liveness?: boolean;
}

/** Everything that the plan for one Pod rests on. */
export interface PodFacts {
  readonly pod: Pod;
  readonly node: { readonly name: string; readonly address: string };
  readonly runtime: Known<RuntimeFacts>;
  /** The uid of an earlier Pod of the same name whose containers are not all gone: two must not share a claim. */
  readonly predecessor: string | undefined;
  /** `wanted` names what the volumes should hold now, `prepared` what they hold. */
  readonly volumes: {
    readonly wanted: string;
    readonly prepared: string | undefined;
    readonly released: boolean;
    /** When the first of its ServiceAccount tokens is to be renewed, in milliseconds since the epoch; undefined when it has none. */
    readonly renewAtMs?: number | undefined;
  };
  /** By container name. */
  readonly images: ReadonlyMap<string, ImageFact>;
  /** By container id. */
  readonly probes: ReadonlyMap<string, ProbeFacts>;
  /** By operation: `volumes`, `sandbox`, `image:NAME`, `start:NAME`, `stop:ID`, ... */
  readonly operations: ReadonlyMap<string, OperationFact>;
  /** By operation. */
  readonly failures: ReadonlyMap<string, Failure>;
  /** Why the Pod is thrown off the node, if it is. */
  readonly evicted: string | undefined;
  readonly shuttingDown: boolean;
}
