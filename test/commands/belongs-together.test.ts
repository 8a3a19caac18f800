/** What belongs together goes together: grants and revokes of one change, names, and what a provider is known to refuse. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/core/plan.ts';
import { beside, company } from '../support/beside.ts';

describe('a revoke beside a grant that is blocked', () => {
  const instead = '  - {name: lead, permissions: [create-c]}\n';

  it('is withheld with it at planning: the role keeps what it has', async () => {
    const { chat, declare, run, writes } = await beside();
    chat.plant('lead', ['view-logs']);
    chat.setRow('create-c', ['admin', 'ghost']);
    declare('rocketchat', instead);
    const { stdout } = await run(['plan', '--format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({
      targets: [
        {
          changes: [],
          withheld: [
            { code: 'grant-withheld', revokes: ['view-logs'] },
            { code: 'unknown-roles', grants: ['create-c'] },
          ],
        },
      ],
    });
    expect((await run(['apply', '--yes'])).code).toBe(3);
    expect([writes(), chat.row('view-logs')]).toEqual([[], ['admin', 'lead']]);
  });

  it('is not written where the grant is blocked only at the write', async () => {
    const { chat, declare, meanwhile, run, writes } = await beside();
    chat.plant('lead', ['view-logs']);
    declare('rocketchat', instead);
    meanwhile('GET permissions.listAll', () => undefined);
    meanwhile('GET permissions.listAll', () => chat.setRow('create-c', ['admin', 'ghost']));
    expect((await run(['apply', '--yes'])).code).toBe(1);
    expect([writes(), chat.row('view-logs')]).toEqual([[], ['admin', 'lead']]);
  });

  it('is written if it is alone, whatever else the file declares for other roles', async () => {
    const { chat, declare, run } = await beside();
    chat.plant('lead', ['view-logs']);
    chat.plant('deputy', ['view-logs', 'create-d']);
    chat.setRow('create-c', ['admin', 'ghost']);
    declare('rocketchat', `${instead}  - {name: deputy, permissions: [create-d]}\n`);
    expect((await run(['apply', '--yes'])).code).toBe(3);
    expect(chat.row('view-logs')).toEqual(['admin', 'lead']);
  });

  it('is written beside a withheld grant that is drift: the base declares it too, so it is not what this change brings', async () => {
    const { chat, cwd, declare, run } = await beside();
    chat.plant('lead', ['view-logs', 'create-d']);
    chat.setRow('create-c', ['admin', 'ghost']);
    declare('rocketchat', '  - {name: lead, permissions: [create-c, create-d, view-logs]}\n');
    cpSync(join(cwd, 'roles'), join(cwd, 'base', 'roles'), { recursive: true });
    declare('rocketchat', '  - {name: lead, permissions: [create-c, create-d]}\n');
    await run(['plan', '--base-dir', 'base', '--out', 'plan.json']);
    expect((await run(['apply', '--plan', 'plan.json'])).code).toBe(3);
    expect(chat.row('view-logs')).toEqual(['admin']);
  });
});

describe('a name', () => {
  it('that another live role keeps is not taken', async () => {
    const { dintero, declare, run, writes } = await beside();
    dintero.plant('A', ['read:hooks']);
    dintero.plant('B', ['admin:hooks']);
    declare('dintero', '  - {name: B, id: id-A}\n');
    expect((await run(['plan'])).stdout).toContain('name-taken');
    expect((await run(['apply', '--yes'])).code).toBe(3);
    expect([writes(), dintero.names()]).toEqual([[], ['A', 'B']]);
  });

  it('is not taken where the delete that would free it is left to a person', async () => {
    const { dintero, declare, run, writes } = await beside();
    dintero.plant('A', ['read:hooks']);
    dintero.plant('B', ['admin:hooks']);
    declare('dintero', '  - {name: B, id: id-A}\n', '    files: [roles/**]\n    unmanaged: delete\n');
    const { code, stdout } = await run(['apply', '--yes']);
    expect([code, writes(), dintero.names()]).toEqual([3, [], ['A', 'B']]);
    expect(stdout).toContain('name-taken');
    expect((await run(['apply'], { answer: 'yes' })).code).toBe(0);
    expect([writes(), dintero.names()]).toEqual([['DELETE id-B', 'PUT id-A'], ['B']]);
  });

  it('is taken only once the role that had it is deleted, also where names may stand twice', async () => {
    const { dintero, declare, whenever, run, writes } = await beside();
    dintero.plant('A', ['read:hooks']);
    dintero.plant('B', ['read:accounts']);
    declare('dintero', '  - {name: gone, id: id-B, ensure: absent}\n  - {name: B, id: id-A}\n');
    whenever('DELETE id-B', () => ({ status: 403, body: { error: { message: 'no' } } }));
    const refused = await run(['apply', '--yes']);
    expect([refused.code, writes(), dintero.names()]).toEqual([1, ['DELETE id-B'], ['A', 'B']]);
    expect(refused.stdout).toContain('it needs the name that `B` still has');
    const second = await beside();
    second.dintero.plant('A', ['read:hooks']);
    second.dintero.plant('B', ['read:accounts']);
    second.declare('dintero', '  - {name: gone, id: id-B, ensure: absent}\n  - {name: B, id: id-A}\n');
    expect((await second.run(['apply', '--yes'])).code).toBe(0);
    expect(second.writes()).toEqual(['DELETE id-B', 'PUT id-A']);
    expect(second.dintero.names()).toEqual(['B']);
  });

  it('of a pinned role is free for a new one of the same pull request', async () => {
    const { dintero, declare, run, writes } = await beside();
    dintero.plant('A', ['read:hooks']);
    declare('dintero', '  - {name: B, id: id-A}\n  - {name: A, permissions: [read:accounts]}\n');
    expect((await run(['apply', '--yes'])).code).toBe(0);
    expect([writes(), dintero.names()]).toEqual([
      ['PUT id-A', 'POST roles'],
      ['A', 'B'],
    ]);
    expect(dintero.role('id-A')?.name).toBe('B');
    expect((await run(['plan', '--detailed-exitcode'])).code).toBe(0);
  });

  it('is not taken by an approved create where the rename that would free it was not approved', async () => {
    const { dintero, declare, run, writes } = await beside();
    declare('dintero', '  - {name: A, permissions: [read:accounts]}\n');
    await run(['plan', '--out', 'plan.json']);
    dintero.plant('A', ['read:hooks']);
    declare('dintero', '  - {name: B, id: id-A}\n  - {name: A, permissions: [read:accounts]}\n');
    const { code, stdout } = await run(['apply', '--plan', 'plan.json']);
    expect([code, writes(), dintero.names()]).toEqual([3, [], ['A']]);
    expect(stdout).toContain('name-taken');
  });

  it('swapped between two roles is written where two roles may share a name', async () => {
    const { dintero, declare, run } = await beside();
    dintero.plant('A', ['read:hooks']);
    dintero.plant('B', ['read:accounts']);
    declare('dintero', '  - {name: B, id: id-A}\n  - {name: A, id: id-B}\n');
    expect((await run(['apply', '--yes'])).code).toBe(0);
    expect([dintero.role('id-A')?.name, dintero.role('id-B')?.name]).toEqual(['B', 'A']);
  });
});

describe('what a provider is known to refuse', () => {
  const stamps = { created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z' };
  const own = { company_id: company, organization_id: null, description: null, ...stamps };

  it.each([
    ['no permissions', { permissions: [] }, '  - {name: cashier, description: New}\n', 'no-permissions'],
    [
      'a description over its limit',
      { permissions: ['user.list'], description: 'x'.repeat(501) },
      '  - {name: cashier, permissions: [user.read]}\n',
      'over-limit',
    ],
  ])('is not planned: a Rinne role that would have %s', async (_what, live, roles, code) => {
    const { rinne, declare, run, writes } = await beside();
    rinne.roles.push({ id: 'id-cashier', name: 'cashier', ...own, ...live });
    declare('rinne', roles);
    const { stdout } = await run(['plan', '--format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ targets: [{ changes: [], withheld: [{ code }] }] });
    expect((await run(['apply', '--yes'])).code).toBe(3);
    expect(writes()).toEqual([]);
  });

  it("is not more than it refuses: Rinne's own example writes a company's role called `admin`", async () => {
    const { api, rinne, declare, run } = await beside();
    rinne.roles.push({ id: 'id-own', name: 'admin', permissions: ['user.read'], ...own });
    declare('rinne', '  - {name: admin, permissions: [user.create, user.read, role.create]}\n');
    const plan = JSON.parse((await run(['plan', '--format', 'json', '--out', 'plan.json'])).stdout) as Plan;
    expect(plan.targets).toMatchObject([
      { changes: [{ id: 'id-own', grants: ['role.create', 'user.create'] }], withheld: [] },
    ]);
    api.requestsSince();
    expect((await run(['apply', '--plan', 'plan.json'])).code).toBe(0);
    const put = api.requestsSince().find(({ method }) => method === 'PUT');
    expect(put).toMatchObject({
      path: '/v1/roles/id-own',
      status: 200,
      body: { name: 'admin', permissions: ['role.create', 'user.create', 'user.read'] },
    });
    expect(rinne.roles.find(({ id }) => id === 'id-own')?.permissions).toHaveLength(3);
  });

  it('is not planned: a Rocket.Chat role whose name is the id of another', async () => {
    const { chat, declare, run, writes } = await beside();
    chat.plant('helpers', [], 'Helpers of old');
    declare('rocketchat', '  - {name: helpers, permissions: []}\n');
    const { stdout } = await run(['plan', '--format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ targets: [{ changes: [], withheld: [{ code: 'name-taken' }] }] });
    expect([(await run(['apply', '--yes'])).code, writes()]).toEqual([3, []]);
  });

  it('stays refused for the role of Rinne itself', async () => {
    const { declare, run, writes } = await beside();
    declare('rinne', '  - {name: admin, permissions: [user.read]}\n');
    const { code, stdout } = await run(['apply', '--yes']);
    expect([code, writes()]).toEqual([3, []]);
    expect(stdout).toContain('(built-in)');
  });
});
