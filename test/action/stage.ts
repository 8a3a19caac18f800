/** A scene with two live roles of one tenant in a role file, and hands that change them at the provider. */
import type { Remote } from '../support/remote.ts';
import { account } from '../support/remote.ts';
import { type Scene, scene } from './support.ts';

export type Roles = Readonly<Record<string, readonly string[]>>;

export interface Stage extends Scene {
  /** The commit that the stage begins with: everything is as declared. */
  readonly start: string;
  /** The role file with these roles. */
  readonly declare: (roles: Roles, head?: string) => Readonly<Record<string, string>>;
  readonly scopeOf: (role: string) => readonly string[] | undefined;
  /** Somebody changes a role at the provider. */
  readonly byHand: (role: string, scope: readonly string[]) => void;
  readonly removeByHand: (role: string) => void;
  /** The identity at the provider may write, or only read; the secret stays the same. */
  readonly mayWrite: (yes: boolean) => void;
  /** Writes that the provider got since the last call, as `METHOD path-end`. */
  readonly writes: () => readonly string[];
  /** Requests of any kind that the provider got since the last call. */
  readonly sent: () => number;
}

export const begin: Roles = { support: ['read:accounts'], finance: ['read:receipts'], audit: ['read:hooks'] };

/** What `begin` becomes where one role gets other permissions. */
export function roles(change: Roles): Roles {
  return { ...begin, ...change };
}

export async function stage(more: (api: Remote) => Readonly<Record<string, string>> = () => ({})): Promise<Stage> {
  const made = await scene((api) => ({ 'roles/dintero.yaml': fileOf(api.dintero, begin), ...more(api) }));
  const { remote } = made;
  const { roles: stored = [], clients = [] } = remote.sandbox.state.dintero.accounts[account] ?? {};
  for (const [name, scope] of Object.entries(begin)) {
    stored.push({ id: `id-${name}`, name, scope: [...scope], created_at: '', updated_at: '', created_by: '' });
  }
  const at = (role: string) => stored.findIndex(({ name, deleted_at }) => name === role && !deleted_at);
  return {
    ...made,
    start: made.tip(),
    declare: (wanted, head = remote.dintero) => ({ 'roles/dintero.yaml': fileOf(head, wanted) }),
    scopeOf: (role) => stored[at(role)]?.scope,
    byHand: (role, scope) => {
      stored[at(role)] = { ...(stored[at(role)] as (typeof stored)[number]), scope: [...scope] };
    },
    removeByHand: (role) => {
      stored.splice(at(role), 1);
    },
    mayWrite: (yes) => {
      clients[0] = { ...(clients[0] as (typeof clients)[number]), scopes: [yes ? 'admin:accounts' : 'read:accounts'] };
    },
    writes: () =>
      remote
        .requestsSince()
        .filter(({ method, path }) => method !== 'GET' && !path.endsWith('/token'))
        .map(({ method, path }) => `${method} ${path.split('/').at(-1)}`),
    sent: () => remote.requestsSince().length,
  };
}

/** So much room between the lines that two changes of them do not conflict in git. */
function fileOf(head: string, wanted: Roles): string {
  const entries = Object.entries(wanted).map(([name, permissions]) => {
    const room = (what: string) => Array.from({ length: 5 }, (_, line) => `      # ${name} ${what} ${line}\n`).join('');
    const lines = permissions.map((one) => `      - ${JSON.stringify(one)}\n${room(one)}`).join('');
    return `  - name: ${JSON.stringify(name)}\n    permissions:\n${room('')}${lines}`;
  });
  return `${head}roles:\n${entries.join('')}`;
}
