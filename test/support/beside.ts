/** A sandbox beside which somebody else writes: at a moment of the test's choice, between two requests of rolesync. */
import type { Interception, SandboxRequest } from '../../src/sandbox/sandbox.ts';
import { folder, type Printed, rolesync, type World, write } from './command.ts';
import { account, company, type Remote, remote, workspace } from './remote.ts';

type Arriving = Omit<SandboxRequest, 'status' | 'answered'>;

/** The API waits for it, and answers so where it returns how. */
type Act = () => unknown;

export interface Beside {
  readonly api: Remote;
  readonly cwd: string;
  readonly run: (argv: readonly string[], world?: Partial<World>) => Promise<Printed>;
  /** Writes the only role file: the target of that provider, and these lines under `roles:`. */
  readonly declare: (provider: 'dintero' | 'rinne' | 'rocketchat', roles: string, target?: string) => void;
  /** Once, just before the API sees the first request of this line, as `METHOD last-part-of-path`. */
  readonly meanwhile: (line: string, act: Act) => void;
  /** The same for every request of this line. */
  readonly whenever: (line: string, act: Act) => void;
  /** Requests that write, since the last call, as `METHOD last-part-of-path`. */
  readonly writes: () => readonly string[];
  readonly dintero: Dintero;
  readonly chat: Chat;
  readonly rinne: Remote['sandbox']['state']['rinne'];
}

type Account = NonNullable<Remote['sandbox']['state']['dintero']['accounts'][string]>;
type Workspace = NonNullable<Remote['sandbox']['state']['rocketchat']['workspaces'][string]>;

export interface Dintero {
  readonly plant: (name: string, scope: readonly string[], more?: Partial<Account['roles'][number]>) => void;
  readonly edit: (id: string, more: Partial<Account['roles'][number]>) => void;
  readonly remove: (id: string) => void;
  readonly role: (id: string) => Account['roles'][number] | undefined;
  readonly idOf: (name: string) => string | undefined;
  /** Names of all that are live, sorted. */
  readonly names: () => readonly string[];
}

export interface Chat {
  readonly workspace: Workspace;
  readonly plant: (id: string, permissions: readonly string[], name?: string) => void;
  readonly edit: (id: string, more: Partial<Workspace['roles'][number]>) => void;
  readonly row: (permission: string) => readonly string[];
  readonly setRow: (permission: string, roles: readonly string[]) => void;
}

const TIME = '2026-01-01T00:00:00.000Z';

export async function beside(): Promise<Beside> {
  const acts: { line: string; act: Act; once: boolean }[] = [];
  const api = await remote({
    intercept: async (request) => {
      const at = acts.findIndex(({ line }) => line === lineOf(request));
      const found = acts[at];
      if (found === undefined) return undefined;
      if (found.once) acts.splice(at, 1);
      const answer = await found.act();
      return isAnswer(answer) ? answer : undefined;
    },
  });
  const cwd = folder({});
  return {
    api,
    cwd,
    run: (argv, world = {}) => rolesync(argv, { cwd, environment: api.environment, ...world }),
    declare: (provider, roles, target = '') =>
      write(cwd, 'roles/all.yaml', `${api[provider]}${target}roles:\n${roles === '' ? '  []\n' : roles}`),
    meanwhile: (line, act) => acts.push({ line, act, once: true }),
    whenever: (line, act) => acts.push({ line, act, once: false }),
    writes: () =>
      api
        .requestsSince()
        .filter(({ method, path }) => method !== 'GET' && !/token|login|select-company/.test(path))
        .map(lineOf),
    dintero: dinteroOf(api),
    chat: chatOf(api),
    rinne: api.sandbox.state.rinne,
  };
}

export { company };

function isAnswer(value: unknown): value is Awaited<Interception> {
  return (
    value === 'drop' || value === 'drop-after' || (typeof value === 'object' && value !== null && 'status' in value)
  );
}

function lineOf({ method, path }: Pick<Arriving, 'method' | 'path'>): string {
  return `${method} ${path.split('/').at(-1)}`;
}

function dinteroOf({ sandbox }: Remote): Dintero {
  const roles = sandbox.state.dintero.accounts[account]?.roles ?? [];
  const edit: Dintero['edit'] = (id, more) => {
    const at = roles.findIndex((role) => role.id === id);
    const old = roles[at];
    if (old === undefined) throw new Error(`no role ${id}`);
    roles[at] = { ...old, ...more };
  };
  return {
    plant: (name, scope, more = {}) =>
      roles.push({ id: `id-${name}`, name, scope, created_at: TIME, updated_at: TIME, created_by: '', ...more }),
    edit,
    remove: (id) => edit(id, { deleted_at: TIME, deleted_by: 'somebody' }),
    role: (id) => roles.find((role) => role.id === id && !role.deleted_at),
    idOf: (name) => roles.find((role) => role.name === name && !role.deleted_at)?.id,
    names: () =>
      roles
        .filter((role) => !role.deleted_at)
        .map(({ name }) => name ?? '')
        .sort(),
  };
}

function chatOf({ sandbox }: Remote): Chat {
  const found = sandbox.state.rocketchat.workspaces[workspace];
  if (found === undefined) throw new Error('no workspace');
  const setRow: Chat['setRow'] = (permission, roles) => {
    const at = found.permissions.findIndex(({ _id }) => _id === permission);
    const old = found.permissions[at];
    if (old === undefined) throw new Error(`no permission ${permission}`);
    found.permissions[at] = { ...old, roles: [...roles] };
  };
  const row = (permission: string) => found.permissions.find(({ _id }) => _id === permission)?.roles ?? [];
  return {
    workspace: found,
    plant: (id, permissions, name = id) => {
      found.roles.push({ _id: id, name, scope: 'Users', description: '', protected: false, _updatedAt: TIME });
      for (const permission of permissions) setRow(permission, [...row(permission), id]);
    },
    edit: (id, more) => {
      const at = found.roles.findIndex(({ _id }) => _id === id);
      const old = found.roles[at];
      if (old === undefined) throw new Error(`no role ${id}`);
      found.roles[at] = { ...old, ...more };
    },
    row,
    setRow,
  };
}
