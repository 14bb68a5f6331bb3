import type {
  ClusterRole,
  ClusterRoleBinding,
  PolicyRule,
  Role,
  RoleBinding,
  Subject,
} from '../../api/generated/rbac-v1.js';
import { kinds } from '../../api/kinds.js';
import type { KindRef, KubeObject } from '../../api/kube-object.js';
import type { UserInfo } from '../../api/resource-api.js';
import type { Store } from '../../store/store.js';
import { decode } from '../registry/codec.js';
import { denied, type PathAttributes, type ResourceAttributes } from './attributes.js';
import { builtInBindings, builtInRoles } from './built-in-roles.js';
import { componentRules } from './component-rules.js';
import { allowsPath, allowsResource } from './rules.js';

/** A rule that a user has: everywhere, or in one namespace. */
export interface GrantedRule {
  readonly rule: PolicyRule;
  readonly namespace: string | undefined;
}

/** Says who may do what. */
export interface Authorizer {
  /** Throws 403 unless the user may. */
  check(user: UserInfo, attributes: ResourceAttributes): void;
  allows(user: UserInfo, attributes: ResourceAttributes): boolean;
  allowsPath(user: UserInfo, attributes: PathAttributes): boolean;
  rulesOf(user: UserInfo): readonly GrantedRule[];
}

const root = '/registry/rbac.authorization.k8s.io/';
const unlimited: GrantedRule = {
  rule: { apiGroups: ['*'], resources: ['*'], nonResourceURLs: ['*'], verbs: ['*'] },
  namespace: undefined,
};

function subjectIs(subject: Subject, user: UserInfo, namespace: string | undefined): boolean {
  if (subject.kind === 'User') return subject.name === user.name || subject.name === '*';
  if (subject.kind === 'Group') return user.groups.includes(subject.name);
  return user.name === `system:serviceaccount:${subject.namespace ?? namespace ?? ''}:${subject.name}`;
}

/** Reads RBAC objects; what it found out about a user holds until one of them changes. */
class StoreAuthorizer implements Authorizer {
  readonly #store: Store;
  readonly #rules = new Map<string, readonly GrantedRule[]>();
  readonly #builtIn = new Map(builtInRoles().map((role) => [role.metadata?.name ?? '', role]));

  constructor(store: Store) {
    this.#store = store;
    store.watch(root, store.revision, () => this.#rules.clear());
  }

  check(user: UserInfo, attributes: ResourceAttributes): void {
    if (!this.allows(user, attributes)) throw denied(user, attributes);
  }

  allows(user: UserInfo, attributes: ResourceAttributes): boolean {
    if (user.groups.includes('system:masters')) return true;
    const inScope = ({ namespace }: GrantedRule): boolean =>
      namespace === undefined || namespace === attributes.namespace;
    return this.rulesOf(user).some((granted) => inScope(granted) && allowsResource(granted.rule, attributes));
  }

  allowsPath(user: UserInfo, attributes: PathAttributes): boolean {
    if (user.groups.includes('system:masters')) return true;
    return this.rulesOf(user).some(
      ({ rule, namespace }) => namespace === undefined && allowsPath(rule, attributes),
    );
  }

  rulesOf(user: UserInfo): readonly GrantedRule[] {
    if (user.groups.includes('system:masters')) return [unlimited];
    const id = JSON.stringify([user.name, user.groups]);
    const known = this.#rules.get(id) ?? this.#collect(user);
    this.#rules.set(id, known);
    return known;
  }

  #collect(user: UserInfo): readonly GrantedRule[] {
    const own = componentRules(user).map((rule) => ({ rule, namespace: undefined }));
    const stored = this.#read(kinds.ClusterRoleBinding);
    const names = new Set(stored.map(({ metadata }) => metadata?.name));
    const wide = [...stored, ...builtInBindings().filter(({ metadata }) => !names.has(metadata?.name))];
    return [
      ...own,
      ...wide.flatMap((binding) => this.#grants(binding, user, undefined)),
      ...this.#read(kinds.RoleBinding).flatMap((binding) =>
        this.#grants(binding, user, binding.metadata?.namespace),
      ),
    ];
  }

  #grants(
    binding: RoleBinding | ClusterRoleBinding,
    user: UserInfo,
    namespace: string | undefined,
  ): GrantedRule[] {
    if (!(binding.subjects ?? []).some((subject) => subjectIs(subject, user, namespace))) return [];
    return this.#rulesOfRole(binding.roleRef, namespace).map((rule) => ({ rule, namespace }));
  }

  #rulesOfRole(ref: RoleBinding['roleRef'], namespace: string | undefined): readonly PolicyRule[] {
    if (ref.kind === 'Role') return this.#one(kinds.Role, `${namespace ?? ''}/${ref.name}`)?.rules ?? [];
    const role: ClusterRole | Role | undefined =
      this.#one(kinds.ClusterRole, ref.name) ?? this.#builtIn.get(ref.name);
    return role?.rules ?? [];
  }

  #one<T extends KubeObject>(kind: KindRef<T>, path: string): T | undefined {
    const entry = this.#store.get(`${root}${kind.plural}/${path}`);
    return entry && decode(entry, kind);
  }

  #read<T extends KubeObject>(kind: KindRef<T>): readonly T[] {
    return this.#store.range(`${root}${kind.plural}/`).entries.map((entry) => decode(entry, kind));
  }
}

/** The authorizer over a store: the administrators' group, the product's own parts, and RBAC objects. */
export function createAuthorizer(store: Store): Authorizer {
  return new StoreAuthorizer(store);
}
