/** One step towards the namespace a node lives in. */
export type Action =
  | { readonly type: 'create' }
  | { readonly type: 'loopback-up' }
  | { readonly type: 'add-address'; readonly address: string }
  | { readonly type: 'add-route'; readonly range: string; readonly source: string }
  | { readonly type: 'forward' };
