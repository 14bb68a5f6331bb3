import type {
  ConfigMap,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  Secret,
} from '../../api/generated/core-v1.js';
import type { RuntimeMount } from '../cri/container-runtime.js';

/** What a Pod's volumes refer to, each by name; one that is absent from its map does not exist. */
export interface VolumeObjects {
  readonly configMaps: ReadonlyMap<string, ConfigMap>;
  readonly secrets: ReadonlyMap<string, Secret>;
  readonly claims: ReadonlyMap<string, PersistentVolumeClaim>;
  readonly persistentVolumes: ReadonlyMap<string, PersistentVolume>;
  /** The Pod's ServiceAccount tokens, by `tokenKey`. */
  readonly tokens: ReadonlyMap<string, string>;
  /** The node's allocatable resources: what an unset limit means in a downwardAPI file and bounds a memory volume. */
  readonly allocatable: Readonly<Record<string, string>>;
}

/** What `planVolumes` reads. */
export interface PlanVolumesOptions {
  readonly pod: Pod;
  readonly objects: VolumeObjects;
  /** The directory that holds one directory for each Pod, named by its uid. */
  readonly podsDir: string;
}

/** One file of a volume that is written from objects; `path` is relative and clean, `mode` is final. */
export interface VolumeFile {
  readonly path: string;
  readonly mode: number;
  readonly content: Uint8Array;
  /** Its owner; root when undefined. */
  readonly uid?: number | undefined;
}

interface Preparation {
  /** The volume's name in the Pod. */
  readonly volume: string;
  /** Where it is on the host. */
  readonly path: string;
  /** Every mount of it is read-only. */
  readonly readOnly: boolean;
}

/** The directory of a claim: it must be there. */
export interface ClaimPreparation extends Preparation {
  readonly type: 'claim';
  readonly persistentVolume: string;
  /** The volume itself asks for its directory to be made (hostPath type DirectoryOrCreate, by hand only). */
  readonly create?: boolean;
  /** The Pod's fsGroup, to be given to all files; `always` even when the root has it already. */
  readonly group?: { readonly gid: number; readonly always: boolean };
}

/** An empty directory that lives as long as the Pod, on disk or in memory. */
export interface EmptyDirPreparation extends Preparation {
  readonly type: 'emptyDir';
  readonly medium: 'disk' | 'memory';
  /** Bytes: the size of a memory volume; on disk see `emptyDirsOverLimit`. */
  readonly sizeBytes?: number;
  readonly gid?: number;
}

/** Files written from ConfigMaps, Secrets and the Pod's own fields. */
export interface FilesPreparation extends Preparation {
  readonly type: 'files';
  readonly files: readonly VolumeFile[];
  readonly gid?: number;
}

/** The types of hostPath that are honoured. */
export type HostPathType = '' | 'Directory' | 'DirectoryOrCreate' | 'File' | 'FileOrCreate';

/** A path of the host as it is. */
export interface HostPathPreparation extends Preparation {
  readonly type: 'hostPath';
  readonly pathType: HostPathType;
}

/** What is to be done for one volume before a container starts. */
export type VolumePreparation =
  | ClaimPreparation
  | EmptyDirPreparation
  | FilesPreparation
  | HostPathPreparation;

/** Why a volume cannot be had now; it stands in Event FailedMount. */
export interface VolumeProblem {
  readonly volume: string;
  readonly message: string;
  readonly cause?: unknown;
}

/** A volumeMount of a container before its environment is known. */
export interface PlannedMount {
  readonly volume: string;
  readonly mount: RuntimeMount;
  readonly subPath?: string;
  /** May hold $(VAR). */
  readonly subPathExpr?: string;
}

/** All that a Pod's volumes need; problems do not keep the other volumes from being prepared. */
export interface VolumePlan {
  readonly podDir: string;
  /** Changes exactly when what the volumes should hold changes. */
  readonly version: string;
  readonly preparations: readonly VolumePreparation[];
  /** By container name, init containers included. */
  readonly mounts: ReadonlyMap<string, readonly PlannedMount[]>;
  readonly problems: readonly VolumeProblem[];
}

/** A directory that an image declares as VOLUME, with the owner and mode of the image's own directory. */
export interface ImageVolume {
  readonly path: string;
  /** Root when undefined. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** 0755 when undefined. */
  readonly mode?: number;
}

/** An image's VOLUME with the place on the host that stands for it. */
export interface PlannedImageVolume extends ImageVolume {
  readonly hostPath: string;
}
