/** Where randomness comes from, so that tests can seed it. */
export interface Random {
  /** A float in [0, 1). */
  next(): number;
  /** A UUID, version 4. */
  uuid(): string;
  /** `length` characters of Kubernetes' safe alphabet `bcdfghjklmnpqrstvwxz2456789` (apimachinery util/rand), for generateName. */
  suffix(length: number): string;
}
