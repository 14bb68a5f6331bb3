/** The one thing that the proxy does: put a whole rule set in force. */
export interface ProxyAction {
  readonly kind: 'apply';
  /** An `nft -f` script. */
  readonly ruleset: string;
}
