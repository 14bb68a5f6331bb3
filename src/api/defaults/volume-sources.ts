import { change, fill } from './fill.js';

/** What the sources of volumes and of PersistentVolumes have in common, as far as defaults go. */
interface Sources {
  readonly hostPath?: { readonly type?: string };
  readonly iscsi?: { readonly iscsiInterface?: string };
  readonly rbd?: { readonly pool?: string; readonly user?: string; readonly keyring?: string };
  readonly azureDisk?: {
    readonly cachingMode?: string;
    readonly kind?: string;
    readonly fsType?: string;
    readonly readOnly?: boolean;
  };
  readonly scaleIO?: { readonly storageMode?: string; readonly fsType?: string };
}

/** The defaults of sources that volumes of Pods and PersistentVolumes share. */
export function defaultSharedSources<T extends Sources>(sources: T): T {
  let done = change(sources, 'hostPath', (it) => fill(it, { type: '' }));
  done = change(done, 'iscsi', (it) => fill(it, { iscsiInterface: 'default' }));
  done = change(done, 'rbd', (it) => fill(it, { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' }));
  done = change(done, 'azureDisk', (it) =>
    fill(it, { cachingMode: 'ReadWrite', kind: 'Shared', fsType: 'ext4', readOnly: false }),
  );
  return change(done, 'scaleIO', (it) => fill(it, { storageMode: 'ThinProvisioned', fsType: 'xfs' }));
}
