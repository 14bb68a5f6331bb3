/** The one write of this controller. */
export interface ServiceAccountAction {
  readonly type: 'create';
  readonly namespace: string;
}

/** Names an action in a log line or an error. */
export function describeAction({ namespace }: ServiceAccountAction): string {
  return `create ServiceAccount ${namespace}/default`;
}
