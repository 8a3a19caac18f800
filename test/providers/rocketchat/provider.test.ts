import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Change, create, parts, remove, update, withDrops } from '../../../src/core/change.ts';
import type { Guard, Objection } from '../../../src/core/guards.ts';
import type { LiveRole, Role } from '../../../src/core/role.ts';
import type { Remote, Unstored, WrittenChange } from '../../../src/providers/provider.ts';
import type { SandboxOptions } from '../../support/sandbox.ts';
import { contract, failureOf } from '../contract.ts';
import { named, rocketchat, role } from '../setups.ts';
import { enter, origin, type World } from '../world.ts';

contract('rocketchat', rocketchat);

const API = '/demo/api/v1';
const LIST = `GET ${API}/roles.list`;
const MATRIX = `GET ${API}/permissions.listAll`;
const UPDATE = `POST ${API}/permissions.update`;

interface Chat extends World {
  readonly workspace: NonNullable<World['sandbox']['state']['rocketchat']['workspaces'][string]>;
  /** The ids of the roles that have the permission. */
  readonly row: (permission: string) => readonly string[] | undefined;
  /** A custom role with these permissions, made behind the provider's back. */
  readonly plant: (id: string, permissions: readonly string[]) => void;
}

async function chat(options: SandboxOptions = {}, dropUnknownRoles: readonly string[] = []): Promise<Chat> {
  const world = await enter(rocketchat, options, { dropUnknownRoles });
  const workspace = world.sandbox.state.rocketchat.workspaces['demo'];
  if (workspace === undefined) throw new Error('the workspace was not admitted');
  return {
    ...world,
    workspace,
    row: (permission) => workspace.permissions.find(({ _id }) => _id === permission)?.roles,
    plant: (id, permissions) => {
      workspace.roles.push({
        _id: id,
        name: `the ${id}`,
        scope: 'Users',
        description: '',
        protected: false,
        _updatedAt: '2026-01-01T00:00:00.000Z',
      });
      for (const [index, row] of workspace.permissions.entries()) {
        if (permissions.includes(row._id)) workspace.permissions[index] = { ...row, roles: [...row.roles, id] };
      }
    },
  };
}

/** An update of a live role to these permissions and fields. */
function edit({ id, role: live }: LiveRole, after: Partial<Role>): Change {
  const before = rocketchat.provider.normalise(live);
  const change = update(id, before, rocketchat.provider.normalise({ ...before, ...after }), origin);
  if (change === undefined) throw new Error('nothing differs');
  return change;
}

/** As the executor does: the records, then the permissions of all. */
async function carryOut(remote: Remote, changes: readonly Change[]): Promise<readonly Unstored[]> {
  const written: WrittenChange[] = [];
  for (const change of changes) {
    if (change.action === 'create') written.push({ change, id: (await remote.create?.(change)) ?? '' });
    if (change.action === 'update' && change.id !== null) {
      await remote.update?.(change);
      written.push({ change, id: change.id });
    }
    if (change.action === 'delete') {
      await remote.delete?.(change);
      written.push({ change, id: change.id });
    }
  }
  return (await remote.permissions?.(written)) ?? [];
}

function objections(guards: readonly Guard[], change: Change): readonly (Objection & { readonly part: string })[] {
  return parts(change).flatMap((part) =>
    guards.flatMap((guard) => {
      const objection = guard(part, change);
      const what = 'permission' in part ? part.permission : 'field' in part ? part.field : '';
      return objection === undefined ? [] : [{ ...objection, part: `${part.kind} ${what}`.trim() }];
    }),
  );
}

async function judge(remote: Remote, changes: readonly Change[]) {
  const examined = await remote.examine?.(changes);
  const guards = [...(examined?.guards ?? []), ...((await remote.checks?.(changes)) ?? [])];
  return changes.flatMap((change) => objections(guards, change));
}

describe('listing a Rocket.Chat workspace', () => {
  it('turns permission → roles into role → permissions, without those of settings', async () => {
    const { remote, plant, log, workspace } = await chat();
    plant('lead', ['view-logs', 'manage-emoji']);
    const setting = {
      _id: 'a-setting',
      level: 'settings',
      roles: ['lead'],
      _updatedAt: '2026-01-01T00:00:00.000Z',
    } as const;
    workspace.permissions.push(setting);
    const live = await remote.list();
    expect(live.find(({ id }) => id === 'lead')?.role.permissions).toEqual(['manage-emoji', 'view-logs']);
    expect(live.flatMap((one) => one.role.permissions).filter((name) => name.startsWith('change-setting-'))).toEqual(
      [],
    );
    expect(log().toSorted()).toEqual([MATRIX, LIST]);
  });

  it('knows built-in roles by their flag, scope and mandatory 2FA as they are', async () => {
    const { remote, plant } = await chat();
    plant('custom', []);
    const live = await remote.list();
    expect(named(live, 'owner')).toMatchObject({ builtIn: true, role: { settings: { scope: 'Subscriptions' } } });
    expect(named(live, 'the custom')).toMatchObject({
      builtIn: false,
      role: { settings: { scope: 'Users', mandatory2fa: false } },
    });
  });
});

describe('writing records', () => {
  it('sends all four fields with an update, so that none falls back to its default', async () => {
    const { remote, sandbox } = await chat();
    const made = create(rocketchat.provider.normalise(rocketchat.sample), origin);
    const id = (await remote.create?.(made)) ?? '';
    expect(sandbox.requests.at(-1)?.body).toEqual({
      name: 'support lead',
      scope: 'Subscriptions',
      description: 'What it is for',
      mandatory2fa: true,
    });
    await carryOut(remote, [edit(named(await remote.list(), 'support lead'), { description: 'new' })]);
    expect(sandbox.requests.at(-1)?.body).toEqual({
      roleId: id,
      name: 'support lead',
      scope: 'Subscriptions',
      description: 'new',
      mandatory2fa: true,
    });
  });

  it('sends no record where only permissions change', async () => {
    const { remote, plant, log } = await chat();
    plant('lead', ['view-logs']);
    const change = edit(named(await remote.list(), 'the lead'), { permissions: [] });
    log();
    await carryOut(remote, [change]);
    expect(log()).toEqual([MATRIX, UPDATE]);
  });

  it('says in the provider’s words that a role is in use', async () => {
    const { remote, plant, workspace } = await chat();
    plant('lead', ['view-logs']);
    workspace.users.push({ _id: 'u', username: 'ada', tokens: [], roles: ['lead'] });
    const live = named(await remote.list(), 'the lead');
    const { code, message } = await failureOf(carryOut(remote, [remove(live.id, live.role, origin)]));
    expect(code).toBe('response');
    expect(message).toContain("Cannot delete role because it's in use");
  });

  it.each([
    [
      400,
      { errorType: 'error-action-not-allowed', error: 'This is an enterprise feature [error-action-not-allowed]' },
      'forbidden',
      'records',
    ],
    [
      400,
      {
        errorType: 'error-action-not-allowed',
        error: 'Accessing permissions is not allowed [error-action-not-allowed]',
      },
      'forbidden',
      undefined,
    ],
    [
      403,
      { error: 'User does not have the permissions required for this action [error-unauthorized]' },
      'forbidden',
      undefined,
    ],
    [
      400,
      { errorType: 'error-duplicate-role-names-not-allowed', error: 'Role name already exists' },
      'response',
      undefined,
    ],
    [400, { errorType: 'error-role-protected', error: 'Role is protected' }, 'response', undefined],
    [400, { errorType: 'totp-required', error: 'TOTP Required' }, 'auth', undefined],
    [400, { errorType: 'invalid-params', error: 'must have required property' }, 'response', undefined],
    [200, { error: 'it says 200 but did not' }, 'response', undefined],
  ])('tells errors by their type: status %i, %j', async (status, body, code, stops) => {
    const { remote } = await chat({
      intercept: ({ path }) =>
        path.endsWith('roles.create') ? { status, body: { success: false, ...body } } : undefined,
    });
    const made = create(rocketchat.provider.normalise(rocketchat.sample), origin);
    const failure = await failureOf(Promise.resolve(remote.create?.(made)));
    expect(failure.code).toBe(code);
    expect(failure.stops).toBe(stops);
    expect(failure.message).toContain(body.error);
  });

  it('understands an older server that says 401 in its own way', async () => {
    const { connect, workspace, tenant } = await chat();
    workspace.older = true;
    const { remote } = connect({}, { ...tenant.auth, token: 'wrong-token' });
    const { code, message } = await failureOf(remote.list());
    expect(code).toBe('auth');
    expect(message).toContain('"You must be logged in to do this."; check userId and token');
  });
});

describe('writing permissions', () => {
  it('sends one write for all roles, whole rows, those that grant first, and nobody else’s role is lost', async () => {
    const { remote, plant, row, sandbox, log } = await chat();
    plant('lead', ['view-logs', 'edit-room']);
    plant('other', ['view-logs', 'create-team']);
    const live = await remote.list();
    log();
    await carryOut(remote, [
      edit(named(live, 'the lead'), { permissions: ['create-team', 'manage-emoji'] }),
      create(rocketchat.provider.normalise(role('new', { permissions: ['access-marketplace'] })), origin),
    ]);
    expect(log()).toEqual([`POST ${API}/roles.create`, MATRIX, UPDATE]);
    const id = named(await remote.list(), 'new').id;
    const sorted = (...ids: string[]) => ids.sort();
    expect(sandbox.requests.find(({ path }) => path.endsWith('permissions.update'))?.body).toEqual({
      permissions: [
        { _id: 'access-marketplace', roles: sorted('admin', 'user', id) },
        { _id: 'create-team', roles: sorted('admin', 'user', 'other', 'lead') },
        { _id: 'manage-emoji', roles: sorted('admin', 'lead') },
        { _id: 'edit-room', roles: sorted('admin', 'moderator', 'owner') },
        { _id: 'view-logs', roles: sorted('admin', 'other') },
      ],
    });
    expect(row('view-logs')).toEqual(['admin', 'other']);
  });

  it('sends nothing where there is nothing to grant or revoke', async () => {
    const { remote, plant, log } = await chat();
    plant('lead', []);
    plant('gone', []);
    const live = await remote.list();
    log();
    const gone = named(live, 'the gone');
    await carryOut(remote, [edit(named(live, 'the lead'), { description: 'new' }), remove(gone.id, gone.role, origin)]);
    expect(log()).toEqual([`POST ${API}/roles.update`, `POST ${API}/roles.delete`]);
  });

  it('does not write what somebody else has written meanwhile', async () => {
    const { remote, plant, workspace, log } = await chat();
    plant('lead', ['view-logs']);
    const change = edit(named(await remote.list(), 'the lead'), { permissions: [] });
    const index = workspace.permissions.findIndex(({ _id }) => _id === 'view-logs');
    workspace.permissions[index] = { _id: 'view-logs', roles: ['admin'], _updatedAt: '2026-01-01T00:00:00.000Z' };
    log();
    await carryOut(remote, [change]);
    expect(log()).toEqual([MATRIX]);
  });

  it('keeps a role in its row that somebody else has added meanwhile', async () => {
    const { remote, plant, row } = await chat();
    plant('lead', ['view-logs']);
    const change = edit(named(await remote.list(), 'the lead'), { permissions: [] });
    plant('meanwhile', ['view-logs']);
    await carryOut(remote, [change]);
    expect(row('view-logs')).toEqual(['admin', 'meanwhile']);
  });

  it('takes a deleted role out of every row, but leaves rows with unknown roles alone', async () => {
    const { remote, plant, row, workspace } = await chat();
    plant('lead', ['view-logs', 'edit-room']);
    const index = workspace.permissions.findIndex(({ _id }) => _id === 'edit-room');
    workspace.permissions[index] = {
      _id: 'edit-room',
      roles: ['admin', 'lead', 'ghost'],
      _updatedAt: '2026-01-01T00:00:00.000Z',
    };
    const live = named(await remote.list(), 'the lead');
    await carryOut(remote, [remove(live.id, live.role, origin)]);
    expect(row('view-logs')).toEqual(['admin']);
    expect(row('edit-room')).toEqual(['admin', 'lead', 'ghost']);
    expect(workspace.roles.map(({ _id }) => _id)).not.toContain('lead');
  });

  it('writes the other rows where one cannot be written any more, and says which', async () => {
    const { remote, plant, row, workspace } = await chat();
    plant('lead', ['view-logs', 'edit-room']);
    const change = edit(named(await remote.list(), 'the lead'), { permissions: [] });
    const index = workspace.permissions.findIndex(({ _id }) => _id === 'edit-room');
    workspace.permissions[index] = {
      _id: 'edit-room',
      roles: ['admin', 'lead', 'ghost'],
      _updatedAt: '2026-01-01T00:00:00.000Z',
    };
    const [left, ...more] = await carryOut(remote, [change]);
    expect(left?.failure.message).toContain('`edit-room` now has unknown roles `ghost`');
    expect([left?.change, more, row('view-logs')]).toEqual([change, [], ['admin']]);
  });

  it('says of no other change that its permissions are not stored', async () => {
    const { remote, plant, row, workspace } = await chat();
    plant('lead', ['view-logs']);
    plant('deputy', ['view-logs']);
    const live = await remote.list();
    const blocked = edit(named(live, 'the lead'), { permissions: ['edit-room', 'view-logs'] });
    const free = edit(named(live, 'the deputy'), { permissions: ['create-c', 'view-logs'] });
    const index = workspace.permissions.findIndex(({ _id }) => _id === 'edit-room');
    workspace.permissions[index] = {
      _id: 'edit-room',
      roles: ['admin', 'ghost'],
      _updatedAt: '2026-01-01T00:00:00.000Z',
    };
    expect((await carryOut(remote, [blocked, free])).map(({ change }) => change)).toEqual([blocked]);
    expect(row('create-c')).toContain('deputy');
  });

  it('reads, builds and sends anew where the answer was lost: here it had taken, so nothing is sent twice', async () => {
    let lost = 0;
    const { remote, plant, row, log } = await chat({
      intercept: ({ path }) => {
        if (!path.endsWith('permissions.update') || lost > 0) return undefined;
        lost += 1;
        return 'drop-after';
      },
    });
    plant('lead', ['view-logs']);
    const change = edit(named(await remote.list(), 'the lead'), { permissions: [] });
    log();
    await carryOut(remote, [change]);
    expect(log()).toEqual([MATRIX, UPDATE, MATRIX]);
    expect(row('view-logs')).toEqual(['admin']);
  });

  it('builds anew from what is live then, where the write was lost with its answer', async () => {
    let lost = 0;
    const { remote, plant, row, log } = await chat({
      intercept: ({ path }) => {
        if (!path.endsWith('permissions.update') || lost > 0) return undefined;
        lost += 1;
        plant('meanwhile', ['view-logs']);
        return 'drop';
      },
    });
    plant('lead', ['view-logs']);
    const change = edit(named(await remote.list(), 'the lead'), { permissions: [] });
    log();
    await carryOut(remote, [change]);
    // The role that was made meanwhile is looked up, once, and the rows are read after that: they are what is written.
    expect(log().toSorted()).toEqual([MATRIX, MATRIX, MATRIX, MATRIX, LIST, UPDATE, UPDATE].toSorted());
    expect(row('view-logs')).toEqual(['admin', 'meanwhile']);
  });

  it('does not try again what was refused', async () => {
    const { remote, plant, cost } = await chat({
      intercept: ({ path }) =>
        path.endsWith('permissions.update')
          ? { status: 400, body: { success: false, error: 'Invalid role', errorType: 'error-invalid-role' } }
          : undefined,
    });
    plant('lead', ['view-logs']);
    const change = edit(named(await remote.list(), 'the lead'), { permissions: [] });
    const { code, message } = await failureOf(carryOut(remote, [change]));
    expect(code).toBe('moved');
    expect(message).toContain('"Invalid role"; a role was deleted in the meantime');
    expect(cost.written).toBe(1);
  });

  it('gives up after four lost answers', async () => {
    const { remote, plant, cost } = await chat({
      intercept: ({ path }) => (path.endsWith('permissions.update') ? 'drop' : undefined),
    });
    plant('lead', ['view-logs']);
    const change = edit(named(await remote.list(), 'the lead'), { permissions: [] });
    expect((await failureOf(carryOut(remote, [change]))).code).toBe('network');
    expect(cost.written).toBe(4);
  });

  it('names what the workspace did not keep', async () => {
    const { remote, plant } = await chat({
      intercept: ({ path }) =>
        path.endsWith('permissions.update')
          ? { status: 200, body: { permissions: [{ _id: 'view-logs', roles: ['admin', 'lead'] }], success: true } }
          : undefined,
    });
    plant('lead', ['view-logs']);
    const change = edit(named(await remote.list(), 'the lead'), { permissions: [] });
    const { code, message } = await failureOf(carryOut(remote, [change]));
    expect(code).toBe('response');
    expect(message).toContain('did not store what was sent: the roles of `view-logs`');
  });

  it('waits for the budget that is told, so that nothing is refused, and goes on', async () => {
    const { connect, workspace, plant, sandbox } = await chat();
    plant('lead', ['view-logs', 'access-permissions']);
    workspace.users.push({ _id: 'robot', username: 'robot', tokens: ['robot-token'], roles: ['lead'] });
    workspace.rateLimit = { calls: 1, windowMs: 1000 };
    const { remote, cost, waits } = connect(
      { sleep: (ms) => delay(ms + 1) },
      { userId: 'robot', token: 'robot-token' },
    );
    const first = await remote.list();
    expect(await remote.list()).toEqual(first);
    expect(sandbox.requests.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(cost).toMatchObject({ read: 4, retried: 0 });
    expect(waits).not.toEqual([]);
    expect(Math.max(...waits)).toBeLessThanOrEqual(1000);
  });
});

describe('guards of a Rocket.Chat workspace', () => {
  it('ask nothing more where permissions of live roles change', async () => {
    const { remote, plant, log } = await chat();
    plant('lead', ['view-logs']);
    const live = await remote.list();
    log();
    expect(await judge(remote, [edit(named(live, 'the lead'), { permissions: ['edit-room'] })])).toEqual([]);
    expect(log()).toEqual([]);
  });

  it('withhold a permission that the workspace does not know, and name the nearest', async () => {
    const { remote } = await chat();
    await remote.list();
    const made = create(
      rocketchat.provider.normalise(role('x', { permissions: ['view-logz', 'view-logs', 'qqqqqq'] })),
      origin,
    );
    const found = await judge(remote, [made]);
    expect(found.map(({ part, code }) => [part, code])).toEqual([
      ['grant qqqqqq', 'unknown-permission'],
      ['grant view-logz', 'unknown-permission'],
    ]);
    expect(found[0]?.reason).not.toContain('did you mean');
    expect(found[1]?.reason).toContain('did you mean `view-logs`?');
  });

  it('withhold a row with unknown roles, both ways, and give the line that opts in', async () => {
    const { remote, workspace, plant, connect, row, log } = await chat();
    plant('lead', ['edit-room']);
    const index = workspace.permissions.findIndex(({ _id }) => _id === 'edit-room');
    workspace.permissions[index] = {
      _id: 'edit-room',
      roles: ['admin', 'lead', 'ghost', 'anonymous'],
      _updatedAt: '2026-01-01T00:00:00.000Z',
    };
    const live = await remote.list();
    const change = edit(named(live, 'the lead'), { permissions: [] });
    const [objection] = await judge(remote, [change, edit(named(live, 'user'), { permissions: ['edit-room'] })]);
    expect(objection).toMatchObject({ part: 'revoke edit-room', code: 'unknown-roles' });
    expect(objection?.reason).toContain('`anonymous`, `ghost`');
    expect(objection?.reason).toContain('dropUnknownRoles: [anonymous, ghost]');

    const half = connect({ dropUnknownRoles: ['ghost'] }).remote;
    await half.list();
    expect(await judge(half, [change])).toHaveLength(1);

    const opted = connect({ dropUnknownRoles: ['ghost', 'anonymous'] }).remote;
    await opted.list();
    expect(await judge(opted, [change])).toEqual([]);
    const { drops = [] } = (await opted.examine?.([change])) ?? {};
    expect(drops).toEqual([
      { permission: 'edit-room', id: 'ghost' },
      { permission: 'edit-room', id: 'anonymous' },
    ]);
    log();
    await carryOut(opted, [withDrops(change, drops)]);
    expect(row('edit-room')).toEqual(['admin']);
    expect(log()).toEqual([MATRIX, UPDATE]);
  });

  it('never take access-permissions from admin, and need not ask who is calling', async () => {
    const { remote, log } = await chat();
    const admin = named(await remote.list(), 'admin');
    log();
    const permissions = admin.role.permissions.filter((name) => name !== 'access-permissions');
    const found = await judge(remote, [edit(admin, { permissions })]);
    expect(found).toMatchObject([{ part: 'revoke access-permissions', code: 'lock-out' }]);
    expect(log()).toEqual([]);
  });

  it('never take access-permissions from the caller’s last role, by revoke or by delete', async () => {
    const { connect, workspace, plant, log } = await chat();
    plant('lead', ['access-permissions']);
    plant('deputy', ['access-permissions']);
    workspace.users.push({
      _id: 'robot',
      username: 'robot',
      tokens: ['robot-token'],
      roles: ['lead', 'deputy', 'user'],
    });
    const { remote } = connect({}, { userId: 'robot', token: 'robot-token' });
    const live = await remote.list();
    const lead = named(live, 'the lead');
    const deputy = named(live, 'the deputy');
    const revoke = edit(lead, { permissions: [] });
    const gone = remove(deputy.id, deputy.role, origin);
    log();
    expect(await judge(remote, [revoke])).toEqual([]);
    expect(await judge(remote, [gone])).toEqual([]);
    expect((await judge(remote, [revoke, gone])).map(({ part, code }) => [part, code])).toEqual([
      ['revoke access-permissions', 'lock-out'],
      ['delete', 'lock-out'],
    ]);
    expect(log()).toEqual(Array(3).fill(`GET ${API}/me`));
  });

  it('count admin as left, since what would be taken from it is withheld', async () => {
    const { remote, plant, workspace } = await chat();
    plant('lead', ['access-permissions']);
    workspace.users.splice(0, 1, ...workspace.users.slice(0, 1).map((user) => ({ ...user, roles: ['admin', 'lead'] })));
    const live = await remote.list();
    const found = await judge(remote, [
      edit(named(live, 'admin'), { permissions: [] }),
      edit(named(live, 'the lead'), { permissions: [] }),
    ]);
    expect(found.filter(({ code }) => code === 'lock-out')).toHaveLength(1);
  });

  it('let an admin take access-permissions from other roles', async () => {
    const { remote, plant } = await chat();
    plant('lead', ['access-permissions']);
    expect(await judge(remote, [edit(named(await remote.list(), 'the lead'), { permissions: [] })])).toEqual([]);
  });

  it('withhold records, not permissions, where the licence has no custom roles', async () => {
    const { remote, plant, workspace, log } = await chat();
    workspace.customRoles = false;
    plant('lead', ['view-logs']);
    const live = await remote.list();
    log();
    const found = await judge(remote, [
      create(rocketchat.provider.normalise(role('x')), origin),
      edit(named(live, 'the lead'), { description: 'new', permissions: ['edit-room'] }),
    ]);
    expect(found.map(({ part, code }) => [part, code])).toEqual([
      ['create', 'licence'],
      ['field description', 'licence'],
    ]);
    expect(log()).toEqual([`GET ${API}/licenses.info`]);
  });

  it('ask for the licence only where a record is to be written', async () => {
    const { remote, log } = await chat();
    const live = await remote.list();
    log();
    await judge(remote, [edit(named(live, 'owner'), { permissions: ['create-c'] })]);
    expect(log()).toEqual([]);
    await judge(remote, [edit(named(live, 'owner'), { settings: { scope: 'Subscriptions', mandatory2fa: true } })]);
    expect(log()).toEqual([`GET ${API}/licenses.info`]);
  });

  it('leave it to the first write where the workspace cannot tell its licence', async () => {
    const { remote, workspace, log } = await chat();
    workspace.customRoles = false;
    workspace.older = true;
    await remote.list();
    const made = create(rocketchat.provider.normalise(role('x')), origin);
    log();
    expect(await judge(remote, [made])).toEqual([]);
    const failure = await failureOf(Promise.resolve(remote.create?.(made)));
    expect(failure).toMatchObject({ code: 'forbidden', stops: 'records' });
    expect(failure.message).toContain('This is an enterprise feature');
    expect(log()).toEqual([`GET ${API}/licenses.info`, `POST ${API}/roles.create`]);
  });
});
