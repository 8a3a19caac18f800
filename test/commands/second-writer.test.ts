/** Somebody else writes at the same time: nothing that the plan did not see is overwritten, and the rest goes on. */
import { describe, expect, it } from 'vitest';
import type { Application } from '../../src/core/outcome.ts';
import type { Plan } from '../../src/core/plan.ts';
import { beside, company } from '../support/beside.ts';
import { expectDocument } from '../support/schema.ts';

const apply = ['apply', '--yes', '--format', 'json'] as const;

function outcomes(stdout: string) {
  const { targets } = expectDocument('outcome', stdout) as Application;
  return targets.flatMap((target) => target.outcomes.map(({ role, status }) => `${role} ${status}`)).sort();
}

const two = `  - {name: finance, permissions: [read:accounts, read:receipts]}
  - {name: support, permissions: [read:accounts, read:checkout]}
`;

describe('a role that moves between the plan and its write', () => {
  it('is left alone, reported with what moved, and the rest of its target is written: 3', async () => {
    const { dintero, declare, meanwhile, run, writes } = await beside();
    dintero.plant('support', ['read:accounts']);
    dintero.plant('finance', ['read:receipts']);
    declare('dintero', two);
    meanwhile('GET id-support', () => dintero.edit('id-support', { scope: ['admin:hooks', 'read:accounts'] }));
    const { code, stdout } = await run(apply);
    expect(outcomes(stdout)).toEqual(['finance done', 'support moved']);
    expect(stdout).toContain('`admin:hooks` was granted since the plan');
    expect(code).toBe(3);
    expect(writes()).toEqual(['PUT id-finance']);
    expect(dintero.role('id-support')?.scope).toEqual(['admin:hooks', 'read:accounts']);
  });

  it('is left alone even where the file manages only its description', async () => {
    const { dintero, declare, meanwhile, run, writes } = await beside();
    dintero.plant('support', ['read:accounts'], { description: 'Old' });
    declare('dintero', '  - {name: support, description: New}\n');
    meanwhile('GET id-support', () => dintero.edit('id-support', { scope: ['admin:accounts'] }));
    const { code, stdout } = await run(['apply', '--yes']);
    expect([code, writes()]).toEqual([3, []]);
    expect(stdout.replace(/\s+/g, ' ')).toContain('`admin:accounts` was granted since the plan');
    expect(stdout).toMatch(/admin:accounts +· +· +yes/);
  });

  it('is not deleted where it moved, and done where it is gone already', async () => {
    const { dintero, declare, meanwhile, run, writes } = await beside();
    dintero.plant('one', ['read:accounts']);
    dintero.plant('two', ['read:accounts']);
    declare('dintero', '  - {name: one, ensure: absent}\n  - {name: two, ensure: absent}\n');
    meanwhile('GET id-one', () => dintero.edit('id-one', { description: 'Needed after all' }));
    meanwhile('GET id-two', () => dintero.remove('id-two'));
    const { code, stdout } = await run(apply);
    expect(outcomes(stdout)).toEqual(['one moved', 'two done']);
    expect([code, writes(), dintero.names()]).toEqual([3, [], ['one']]);
  });

  it('is not created again where it was deleted', async () => {
    const { dintero, declare, meanwhile, run, writes } = await beside();
    dintero.plant('support', ['read:accounts']);
    declare('dintero', '  - {name: support, permissions: [read:hooks]}\n');
    meanwhile('GET id-support', () => dintero.remove('id-support'));
    const { code, stdout } = await run(apply);
    expect([code, outcomes(stdout), writes()]).toEqual([3, ['support moved'], []]);
    expect(stdout).toContain('the role was deleted since the plan');
  });

  it('takes with it what needs its name, and nothing else', async () => {
    const { dintero, declare, meanwhile, run, writes } = await beside();
    dintero.plant('A', ['read:accounts']);
    dintero.plant('other', ['read:accounts']);
    declare(
      'dintero',
      `  - {name: B, id: id-A}
  - {name: A, permissions: [read:hooks]}
  - {name: other, permissions: [read:hooks]}
`,
    );
    meanwhile('GET id-A', () => dintero.edit('id-A', { description: 'by hand' }));
    const { code, stdout } = await run(apply);
    expect(outcomes(stdout)).toEqual(['A moved', 'B moved', 'other done']);
    expect([code, writes(), dintero.names()]).toEqual([3, ['PUT id-other'], ['A', 'other']]);
    expect(stdout).toContain('it needs the name that `A` still has');
  });

  it('keeps its name where the delete that was to free it moved', async () => {
    const { dintero, declare, meanwhile, run } = await beside();
    dintero.plant('A', ['read:accounts']);
    dintero.plant('B', ['read:accounts']);
    declare('dintero', '  - {name: gone, id: id-B, ensure: absent}\n  - {name: B, id: id-A}\n');
    meanwhile('GET id-B', () => dintero.edit('id-B', { description: 'by hand' }));
    const { code, stdout } = await run(apply);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ summary: { moved: 2, done: 0 } });
    expect(dintero.names()).toEqual(['A', 'B']);
  });

  it('is read in the list where the API does not answer for one role', async () => {
    const { dintero, declare, whenever, meanwhile, run, writes } = await beside();
    dintero.plant('support', ['read:accounts']);
    declare('dintero', '  - {name: support, permissions: [read:hooks]}\n');
    whenever('GET id-support', () => ({ status: 405, body: {} }));
    expect((await run(apply)).code).toBe(0);
    expect(writes()).toEqual(['PUT id-support']);
    declare('dintero', '  - {name: support, permissions: [read:checkout]}\n');
    meanwhile('GET roles', () => undefined);
    meanwhile('GET roles', () => dintero.edit('id-support', { scope: ['admin:hooks'] }));
    const { code, stdout } = await run(apply);
    expect([code, outcomes(stdout), writes()]).toEqual([3, ['support moved'], []]);
  });

  it('is left alone on Rinne', async () => {
    const { rinne, declare, meanwhile, run, writes } = await beside();
    const stamps = { created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z' };
    const fixed = { company_id: company, organization_id: null, description: null, ...stamps };
    const at = rinne.roles.push({ id: 'id-cashier', name: 'cashier', permissions: ['user.list'], ...fixed }) - 1;
    declare('rinne', '  - {name: cashier, permissions: [user.list, user.read]}\n');
    meanwhile('GET id-cashier', () => {
      rinne.roles[at] = { id: 'id-cashier', name: 'cashier', permissions: ['role.list', 'user.list'], ...fixed };
    });
    const { code, stdout } = await run(apply);
    expect([code, outcomes(stdout), writes()]).toEqual([3, ['cashier moved'], []]);
    expect(stdout).toContain('`role.list` was granted since the plan');
  });

  it('is left alone on Rocket.Chat with its record, and keeps in its rows what somebody granted', async () => {
    const { chat, declare, meanwhile, run, writes } = await beside();
    chat.plant('lead', ['view-logs']);
    chat.plant('deputy', ['view-logs']);
    declare(
      'rocketchat',
      `  - {name: lead, description: New, permissions: [create-c]}
  - {name: deputy, permissions: [create-c]}
`,
    );
    let lists = 0;
    const touch = () => {
      lists += 1;
      if (lists === 1) return;
      chat.edit('lead', { description: 'by hand' });
      chat.setRow('create-c', [...chat.row('create-c'), 'bot']);
    };
    meanwhile('GET roles.list', touch);
    meanwhile('GET roles.list', touch);
    const { code, stdout } = await run(apply);
    expect(outcomes(stdout)).toEqual(['deputy done', 'lead moved']);
    expect(code).toBe(3);
    expect(writes()).toEqual(['POST permissions.update']);
    expect(chat.row('create-c')).toEqual(expect.arrayContaining(['bot', 'deputy', 'user']));
    expect(chat.row('create-c')).not.toContain('lead');
    expect(chat.row('view-logs')).toContain('lead');
  });

  it('and whose id stays in a row of Rocket.Chat fails only what needs that row', async () => {
    const { chat, declare, meanwhile, run } = await beside();
    chat.plant('lead', ['edit-room']);
    declare(
      'rocketchat',
      `  - {name: chief, id: lead}
  - {name: deputy, permissions: [create-c]}
  - {name: editor, permissions: [create-d, edit-room]}
`,
    );
    meanwhile('GET roles.list', () => undefined);
    meanwhile('GET roles.list', () => {
      chat.workspace.roles.splice(
        chat.workspace.roles.findIndex(({ _id }) => _id === 'lead'),
        1,
      );
    });
    const { code, stdout } = await run(apply);
    expect([code, outcomes(stdout)]).toEqual([1, ['chief moved', 'deputy done', 'editor failed']]);
    expect(stdout).toContain('not all of its permissions were written: the workspace changed since the plan');
    // Nobody could look afterwards: the pinned role is gone.
    expect(JSON.parse(stdout)).toMatchObject({ targets: [{ verified: null, error: { code: 'not-found' } }] });
  });
});

describe('a write whose answer is lost', () => {
  const setUp = async () => {
    const world = await beside();
    world.dintero.plant('support', ['read:accounts']);
    world.declare('dintero', '  - {name: support, permissions: [read:hooks]}\n');
    return world;
  };

  it('is done where the role is as wanted, and is not sent again', async () => {
    const { meanwhile, run, writes } = await setUp();
    meanwhile('PUT id-support', () => 'drop-after');
    const { code, stdout } = await run(apply);
    expect([code, outcomes(stdout), writes()]).toEqual([0, ['support done'], ['PUT id-support']]);
  });

  it('is sent again where the role is as before', async () => {
    const { meanwhile, run, writes } = await setUp();
    meanwhile('PUT id-support', () => 'drop');
    const { code, stdout } = await run(apply);
    expect([code, outcomes(stdout)]).toEqual([0, ['support done']]);
    expect(writes()).toEqual(['PUT id-support', 'PUT id-support']);
  });

  it('is sent three times at most', async () => {
    const { whenever, run, writes } = await setUp();
    whenever('PUT id-support', () => 'drop');
    const { code } = await run(apply);
    expect([code, writes()]).toEqual([1, Array(3).fill('PUT id-support')]);
  });

  it.each([
    ['HTML', '<html>Welcome to the portal</html>'],
    ['half a document', '{"id": "id-su'],
    ['nothing', ''],
  ])(
    'of a create that was answered %s stays uncertain where nobody can look, and is not sent again',
    async (_what, body) => {
      const { declare, meanwhile, whenever, run, writes, dintero } = await beside();
      declare('dintero', '  - {name: support, permissions: [read:hooks]}\n');
      meanwhile('POST roles', () => {
        dintero.plant('support', ['read:hooks']);
        whenever('GET roles', () => ({ status: 500, body: {} }));
        return { status: 200, body };
      });
      const { code, stdout } = await run(apply);
      expect([code, outcomes(stdout), writes()]).toEqual([1, ['support uncertain'], ['POST roles']]);
    },
  );

  it('is sent again where it was answered HTML and the role is as before', async () => {
    const { meanwhile, run, writes } = await setUp();
    meanwhile('PUT id-support', () => ({ status: 200, body: '<html>Welcome to the portal</html>' }));
    const { code, stdout } = await run(apply);
    expect([code, outcomes(stdout)]).toEqual([0, ['support done']]);
    expect(writes()).toEqual(['PUT id-support', 'PUT id-support']);
  });

  it('stays uncertain where the role is anything else, and is not sent again', async () => {
    const { meanwhile, run, writes, dintero } = await setUp();
    meanwhile('PUT id-support', () => {
      dintero.edit('id-support', { scope: ['admin:accounts'] });
      return 'drop';
    });
    const { code, stdout } = await run(apply);
    expect([code, writes()]).toEqual([1, ['PUT id-support']]);
    expect(stdout).toContain('neither as it was nor as wanted: `admin:accounts` was granted since the plan');
    expect(dintero.role('id-support')?.scope).toEqual(['admin:accounts']);
  });
});

describe('between the read of a role and its write', () => {
  const wait = (...names: readonly string[]) =>
    names.map((name) => `  - {name: ${name}, permissions: [read:hooks]}\n`).join('');
  const busy = { status: 429, headers: { 'retry-after': '1' }, body: {} };

  it('nothing else of the run is sent, however few requests may be in flight', async () => {
    const { api, dintero, declare, run } = await beside();
    for (const name of ['one', 'two', 'three']) dintero.plant(name, ['read:accounts']);
    declare('dintero', `${wait('one', 'two', 'three')}  - {name: four, permissions: [read:hooks]}\n`);
    expect((await run([...apply, '--concurrency', '1'])).code).toBe(0);
    const sent = api.sent();
    for (const name of ['one', 'two', 'three']) {
      expect(sent[sent.indexOf(`GET id-${name}`) + 1]).toBe(`PUT id-${name}`);
    }
  });

  it('nothing else is sent before a delete', async () => {
    const { api, dintero, declare, run } = await beside();
    for (const name of ['one', 'two']) dintero.plant(name, ['read:accounts']);
    declare('dintero', '  - {name: one, ensure: absent}\n  - {name: two, ensure: absent}\n');
    expect((await run([...apply, '--concurrency', '1'])).code).toBe(0);
    const sent = api.sent();
    for (const name of ['one', 'two']) expect(sent[sent.indexOf(`GET id-${name}`) + 1]).toBe(`DELETE id-${name}`);
  });

  it('a wait for the rate limit is followed by another read: what was edited meanwhile is left alone', async () => {
    const { api, dintero, declare, meanwhile, run } = await beside();
    dintero.plant('support', ['read:accounts']);
    declare('dintero', wait('support'));
    meanwhile('PUT id-support', () => {
      dintero.edit('id-support', { scope: ['admin:hooks'] });
      return busy;
    });
    const { code, stdout } = await run(apply);
    expect([code, outcomes(stdout)]).toEqual([3, ['support moved']]);
    expect(api.sent().filter((line) => line.endsWith('id-support'))).toEqual([
      'GET id-support',
      'PUT id-support',
      'GET id-support',
    ]);
    expect(dintero.role('id-support')?.scope).toEqual(['admin:hooks']);
  });

  it('a wait for the rate limit is followed by another read: what is as it was is written', async () => {
    const { dintero, declare, meanwhile, run, writes } = await beside();
    dintero.plant('support', ['read:accounts']);
    declare('dintero', wait('support'));
    meanwhile('PUT id-support', () => busy);
    const { code, stdout } = await run(apply);
    expect([code, outcomes(stdout), writes()]).toEqual([0, ['support done'], ['PUT id-support', 'PUT id-support']]);
  });

  it('a token that is renewed is followed by another read', async () => {
    const { api, dintero, declare, meanwhile, run } = await beside();
    dintero.plant('support', ['read:accounts']);
    declare('dintero', wait('support'));
    meanwhile('PUT id-support', () => {
      dintero.edit('id-support', { scope: ['admin:hooks'] });
      return { status: 401, body: {} };
    });
    const { code, stdout } = await run([...apply, '--concurrency', '1']);
    expect([code, outcomes(stdout)]).toEqual([3, ['support moved']]);
    expect(
      api
        .sent()
        .filter((line) => /id-support|token/.test(line))
        .slice(-4),
    ).toEqual(['GET id-support', 'PUT id-support', 'POST token', 'GET id-support']);
  });

  it('the rows of Rocket.Chat are read again after a wait: what somebody granted meanwhile stays', async () => {
    const { api, chat, declare, meanwhile, run } = await beside();
    chat.plant('lead', ['view-logs']);
    declare('rocketchat', '  - {name: lead, permissions: [create-c]}\n');
    meanwhile('POST permissions.update', () => {
      chat.setRow('create-c', [...chat.row('create-c'), 'bot']);
      return busy;
    });
    const { code } = await run([...apply, '--concurrency', '1']);
    expect(code).toBe(0);
    expect(chat.row('create-c')).toEqual(expect.arrayContaining(['bot', 'lead', 'user']));
    const sent = api.sent();
    expect(sent.slice(sent.indexOf('POST permissions.update')).slice(0, 3)).toEqual([
      'POST permissions.update',
      'GET permissions.listAll',
      'POST permissions.update',
    ]);
  });
});

describe('what moved outside the fields that the file manages', () => {
  const setUp = async () => {
    const world = await beside();
    world.dintero.plant('support', ['read:accounts'], { description: 'Old' });
    world.declare('dintero', '  - {name: support, description: New}\n');
    return world;
  };

  it('since the review is said, and nothing is written to the role: 3', async () => {
    const { dintero, run, writes } = await setUp();
    await run(['plan', '--out', 'plan.json']);
    dintero.edit('id-support', { scope: ['admin:accounts', 'read:accounts'] });
    writes();
    const { code, stdout } = await run(['apply', '--plan', 'plan.json', '--format', 'json']);
    expect([code, outcomes(stdout), writes()]).toEqual([3, ['support moved'], []]);
    expect(stdout).toContain('`admin:accounts` was not in what was reviewed');
    expect(dintero.role('id-support')?.description).toBe('Old');
  });

  it('does not stop a role of which only managed fields moved to what is wanted', async () => {
    const { dintero, declare, run } = await setUp();
    declare('dintero', '  - {name: support, description: New, permissions: [read:accounts, read:hooks]}\n');
    await run(['plan', '--out', 'plan.json']);
    dintero.edit('id-support', { scope: ['read:accounts', 'read:hooks'] });
    expect((await run(['apply', '--plan', 'plan.json'])).code).toBe(0);
    expect(dintero.role('id-support')?.description).toBe('New');
  });
});

describe('two applies at once', () => {
  const eight = Array.from({ length: 8 }, (_, at) => `  - {name: r${at}, permissions: [read:hooks]}\n`).join('');

  it('do not create a role twice: who comes second finds the names taken', async () => {
    const { dintero, declare, meanwhile, run, writes } = await beside();
    declare('dintero', eight);
    await run(['plan', '--out', 'plan.json']);
    const first = { code: -1 };
    // Two lists are the plan of the second apply; before its third, the first apply runs from end to end.
    meanwhile('GET roles', () => undefined);
    meanwhile('GET roles', () => undefined);
    meanwhile('GET roles', async () => {
      first.code = (await run(['apply', '--plan', 'plan.json'])).code;
    });
    const { code, stdout } = await run(apply);
    expect([first.code, code]).toEqual([0, 3]);
    expect(outcomes(stdout)).toEqual(Array.from({ length: 8 }, (_, at) => `r${at} moved`));
    expect(dintero.names()).toHaveLength(8);
    expect(writes()).toEqual(Array(8).fill('POST roles'));
    expect((await run(['plan', '--detailed-exitcode'])).code).toBe(0);
  });

  it('a name that appears after the approval is `moved`, and the other creates go on', async () => {
    const { dintero, declare, meanwhile, run, writes } = await beside();
    declare('dintero', eight);
    let lists = 0;
    const appear = () => {
      lists += 1;
      if (lists === 3) dintero.plant('r0', ['admin:hooks']);
    };
    for (let at = 0; at < 3; at += 1) meanwhile('GET roles', appear);
    const { code, stdout } = await run(apply);
    expect(outcomes(stdout)[0]).toBe('r0 moved');
    expect(stdout).toContain('a role of that name appeared since the plan');
    expect([code, writes().length, dintero.names().length]).toEqual([3, 7, 8]);
    expect(dintero.role('id-r0')?.scope).toEqual(['admin:hooks']);
  });

  it('neither is a name taken by a rename that appeared since', async () => {
    const { dintero, declare, meanwhile, run, writes } = await beside();
    dintero.plant('A', ['read:hooks']);
    declare('dintero', '  - {name: B, id: id-A}\n');
    let lists = 0;
    const appear = () => {
      lists += 1;
      if (lists === 2) dintero.plant('B', ['admin:hooks']);
    };
    meanwhile('GET roles', appear);
    meanwhile('GET roles', appear);
    const { code, stdout } = await run(apply);
    expect(JSON.parse(stdout)).toMatchObject({ targets: [{ outcomes: [{ role: 'B', status: 'moved' }] }] });
    expect([code, writes(), dintero.names()]).toEqual([3, [], ['A', 'B']]);
  });

  it('leave twins that files can end: each by its id, one of them `ensure: absent`, reviewed like any change', async () => {
    const { dintero, declare, run } = await beside();
    dintero.plant('support', ['read:accounts'], { id: 'twin-1' });
    dintero.plant('support', ['read:accounts'], { id: 'twin-2' });
    declare('dintero', '  - {name: support, permissions: [read:accounts]}\n');
    const ambiguous = await run(['plan']);
    expect([ambiguous.code, ambiguous.stdout.replace(/\s+/g, ' ')]).toEqual([
      1,
      expect.stringContaining('name it with its own `id` and `ensure: absent`'),
    ]);
    declare(
      'dintero',
      `  - {name: support, id: twin-1, protected: true, permissions: [read:accounts]}
  - {name: support, id: twin-2, ensure: absent}
`,
    );
    await run(['plan', '--out', 'plan.json']);
    expect((await run(['apply', '--plan', 'plan.json'])).code).toBe(0);
    expect([dintero.role('twin-1')?.name, dintero.role('twin-2')]).toEqual(['support', undefined]);
    expect((await run(['plan', '--detailed-exitcode'])).code).toBe(0);
  });
});

describe('what it costs', () => {
  it('is what it was for an empty plan, one list more for creates, one read more for a write', async () => {
    const { api, dintero, declare, run } = await beside();
    dintero.plant('support', ['read:accounts']);
    declare('dintero', '  - {name: support, permissions: [read:accounts]}\n');
    api.sent();
    await run(apply);
    expect(api.sent()).toEqual(['POST token', 'GET roles']);
    declare('dintero', '  - {name: support, permissions: [read:hooks]}\n');
    await run(apply);
    expect(api.sent()).toEqual(['POST token', 'GET roles', 'GET id-support', 'PUT id-support', 'GET roles']);
    declare('dintero', '  - {name: support}\n  - {name: new, permissions: [read:hooks]}\n');
    await run(apply);
    const list = ['GET roles', 'GET roles'];
    // Absence rests on the end of the list, which is asked for: once at planning, once before the create.
    expect(api.sent()).toEqual(['POST token', ...list, ...list, 'POST roles', 'GET roles']);
  });

  it('on Rocket.Chat is one list of records for a record, and nothing for rows alone', async () => {
    const { api, chat, declare, run } = await beside();
    chat.plant('lead', []);
    declare('rocketchat', '  - {name: lead, permissions: [create-c]}\n');
    api.sent();
    await run(apply);
    const plan = ['GET permissions.listAll', 'GET roles.list'];
    expect([...api.sent()].sort()).toEqual(
      [...plan, 'GET permissions.listAll', 'POST permissions.update', ...plan].sort(),
    );
    declare('rocketchat', '  - {name: lead, description: New}\n');
    await run(apply);
    expect([...api.sent()].sort()).toEqual(
      [...plan, 'GET licenses.info', 'GET roles.list', 'POST roles.update', ...plan].sort(),
    );
  });
});

describe('the plan that counts', () => {
  it('says when its roles were read', async () => {
    const { declare, run } = await beside();
    declare('dintero', '');
    const before = Date.now();
    const { at } = JSON.parse((await run(['plan', '--format', 'json'])).stdout) as Plan;
    expect(Date.parse(at)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(at)).toBeLessThanOrEqual(Date.now());
  });
});
