import type { AdmissionRequest } from '../../api/admission.js';

/** Kinds that are stored and shown although nothing here acts on them yet; whoever adds the part that does takes its row out. */
export const idleKinds: { readonly [kind: string]: string } = {
  'networking.k8s.io/NetworkPolicy': 'it is not enforced, every Pod reaches every other',
  'networking.k8s.io/Ingress':
    'nothing serves it; publish a Service with: holdfast up --publish SERVICE[:PORT]',
};

/** What to tell one who creates an object that nothing acts on; undefined for all others. */
export function idleWarning({ operation, kind, subresource }: AdmissionRequest): string | undefined {
  if (operation !== 'CREATE' || subresource !== undefined) return undefined;
  const why = idleKinds[`${kind.group}/${kind.kind}`];
  return why === undefined ? undefined : `${kind.kind} is stored, but not acted on here yet: ${why}`;
}
