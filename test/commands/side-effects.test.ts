/** Role ids that writing a row of Rocket.Chat drops: dead ones, and those that a target opts in to. Shown, reviewed, and no others. */
import { describe, expect, it } from 'vitest';
import type { Plan, PlannedTarget } from '../../src/core/plan.ts';
import { type Beside, beside } from '../support/beside.ts';

const SYNC = 'GET roles.sync';
const wanted = '  - {name: lead, permissions: [create-c]}\n';

async function withRow(...ids: readonly string[]): Promise<Beside> {
  const world = await beside();
  world.chat.plant('lead', []);
  world.chat.setRow('create-c', ['admin', ...ids]);
  world.declare('rocketchat', wanted);
  return world;
}

function died({ chat }: Beside, id: string): void {
  chat.workspace.removed.push({ _id: id, _deletedAt: '2026-02-01T00:00:00.000Z' });
}

function targetOf(stdout: string): PlannedTarget {
  const [target] = (JSON.parse(stdout) as Plan).targets;
  if (target === undefined || 'error' in target) throw new Error(stdout);
  return target;
}

describe('a dead role id in a row', () => {
  it('is dropped from a row that is written anyway, and shown before', async () => {
    const world = await withRow('dead');
    died(world, 'dead');
    const { stdout } = await world.run(['plan', '--format', 'json']);
    expect(targetOf(stdout).changes).toMatchObject([{ drops: [{ permission: 'create-c', id: 'dead' }] }]);
    expect((await world.run(['plan'])).stdout).toContain('- create-c of dead, which is no role');
    expect((await world.run(['apply', '--yes'])).code).toBe(0);
    expect(world.chat.row('create-c')).toEqual(['admin', 'lead']);
  });

  it('stays in a row that is not written', async () => {
    const world = await withRow();
    world.chat.setRow('create-d', ['admin', 'dead']);
    died(world, 'dead');
    expect((await world.run(['apply', '--yes'])).code).toBe(0);
    expect(world.chat.row('create-d')).toEqual(['admin', 'dead']);
  });

  it('costs one question, and only where a row that is written holds an unknown id', async () => {
    const world = await withRow();
    world.chat.setRow('create-d', ['admin', 'dead']);
    world.api.sent();
    await world.run(['plan']);
    expect(world.api.sent()).not.toContain(SYNC);
    world.chat.setRow('create-c', ['admin', 'dead']);
    await world.run(['plan']);
    expect(world.api.sent().filter((line) => line === SYNC)).toHaveLength(1);
    world.declare('rocketchat', '  - {name: lead, permissions: []}\n');
    await world.run(['plan']);
    expect([...world.api.sent()].sort()).toEqual(['GET permissions.listAll', 'GET roles.list']);
  });

  it.each([
    ['the workspace does not name it as removed', undefined],
    ['the workspace will not say', { status: 404, body: { success: false, error: 'Not found' } }],
  ])('is unknown, so that the row stays as it is, where %s', async (_why, answer) => {
    const world = await withRow('ghost');
    if (answer !== undefined) {
      died(world, 'ghost');
      world.whenever(SYNC, () => answer);
    }
    const { code, stdout } = await world.run(['apply', '--yes']);
    expect([code, world.writes()]).toEqual([3, []]);
    expect(stdout.replace(/\s+/g, ' ')).toContain('dropUnknownRoles: [ghost]');
    expect(world.chat.row('create-c')).toEqual(['admin', 'ghost']);
  });

  it('left by a delete whose rows were not written is no obstacle for the next grant', async () => {
    const world = await withRow();
    world.chat.plant('old', ['create-c']);
    world.declare('rocketchat', '  - {name: old, ensure: absent}\n');
    // Refused outright: after an answer that says nothing the rows would be read and written again.
    world.meanwhile('POST permissions.update', () => {
      world.whenever('GET roles.list', () =>
        isDown ? { status: 400, body: { success: false, error: 'no' } } : undefined,
      );
      return { status: 400, body: { success: false, error: 'no' } };
    });
    let isDown = true;
    const { stdout } = await world.run(['apply', '--yes', '--format', 'json']);
    // The role is gone, though nobody could look afterwards.
    expect(JSON.parse(stdout)).toMatchObject({ targets: [{ verified: null, outcomes: [{ status: 'done' }] }] });
    isDown = false;
    expect(world.chat.row('create-c')).toEqual(['admin', 'old']);
    world.declare('rocketchat', wanted);
    expect((await world.run(['apply', '--yes'])).code).toBe(0);
    expect(world.chat.row('create-c')).toEqual(['admin', 'lead']);
  });
});

describe('`dropUnknownRoles`', () => {
  const opted = '    dropUnknownRoles: [anonymous]\n';

  it('is a part of the change: in the plan and in the digest', async () => {
    const world = await withRow('anonymous');
    world.declare('rocketchat', wanted, opted);
    const taking = JSON.parse((await world.run(['plan', '--format', 'json'])).stdout) as Plan;
    expect(taking.targets[0]).toMatchObject({ changes: [{ drops: [{ permission: 'create-c', id: 'anonymous' }] }] });
    for (const format of ['text', 'markdown', 'github', 'html']) {
      expect((await world.run(['plan', '--format', format])).stdout).toContain('anonymous');
    }
    world.chat.setRow('create-c', ['admin']);
    const harmless = JSON.parse((await world.run(['plan', '--format', 'json'])).stdout) as Plan;
    expect(harmless.digest).not.toBe(taking.digest);
  });

  it('takes what was reviewed, and nothing that is new since: then the role is `moved`', async () => {
    const world = await withRow();
    world.declare('rocketchat', wanted, opted);
    await world.run(['plan', '--out', 'plan.json']);
    world.chat.setRow('create-c', ['admin', 'anonymous']);
    const { code, stdout } = await world.run(['apply', '--plan', 'plan.json']);
    expect([code, world.writes()]).toEqual([3, []]);
    expect(stdout).toContain('moved');
    expect(stdout.replace(/\s+/g, ' ')).toContain('it would also take `create-c` from `anonymous`');
    await world.run(['plan', '--out', 'plan.json']);
    expect((await world.run(['apply', '--plan', 'plan.json'])).code).toBe(0);
    expect(world.chat.row('create-c')).toEqual(['admin', 'lead']);
  });

  it('added after the review does not work', async () => {
    const world = await withRow('anonymous');
    await world.run(['plan', '--out', 'plan.json']);
    world.declare('rocketchat', wanted, opted);
    const { code } = await world.run(['apply', '--plan', 'plan.json']);
    expect([code, world.writes(), world.chat.row('create-c')]).toEqual([3, [], ['admin', 'anonymous']]);
  });

  it('takes no id that came into the row after the plan', async () => {
    const world = await withRow();
    world.declare('rocketchat', wanted, opted);
    world.meanwhile('GET permissions.listAll', () => undefined);
    world.meanwhile('GET permissions.listAll', () => world.chat.setRow('create-c', ['admin', 'anonymous']));
    const { code, stdout } = await world.run(['apply', '--yes']);
    expect([code, world.writes(), world.chat.row('create-c')]).toEqual([1, [], ['admin', 'anonymous']]);
    expect(stdout.replace(/\s+/g, ' ')).toContain('`create-c` now has unknown roles `anonymous`');
  });

  it('and shows none that is a secret of the run', async () => {
    const world = await withRow();
    const token = Object.entries(world.api.environment).find(([name]) => name.endsWith('TOKEN'))?.[1] ?? '';
    world.declare('rocketchat', wanted, opted);
    world.meanwhile('GET permissions.listAll', () => undefined);
    world.meanwhile('GET permissions.listAll', () => world.chat.setRow('create-c', ['admin', token]));
    const { code, stdout, stderr } = await world.run(['apply', '--yes']);
    expect([code, world.writes()]).toEqual([1, []]);
    expect(stdout.replace(/\s+/g, ' ')).toContain('`create-c` now has unknown roles `[secret]`');
    expect(stdout + stderr).not.toContain(token);
  });
});
