/** A review is of its time: too old, or used up, it does not go again. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checksum } from '../../src/core/digest.ts';
import type { Plan } from '../../src/core/plan.ts';
import { beside } from '../support/beside.ts';

const day = 86_400_000;

async function setUp() {
  const world = await beside();
  const { cwd, dintero, declare, run } = world;
  dintero.plant('support', ['read:accounts']);
  declare('dintero', '  - {name: support, permissions: [read:accounts, read:checkout]}\n');
  await run(['plan', '--out', 'plan.json']);
  const madeAt = (at: string) => {
    const plan = { ...(JSON.parse(readFileSync(join(cwd, 'plan.json'), 'utf8')) as Plan), at };
    writeFileSync(join(cwd, 'plan.json'), JSON.stringify({ ...plan, checksum: checksum(plan) }));
  };
  const ago = (ms: number) => madeAt(new Date(Date.now() - ms).toISOString());
  return { ...world, madeAt, ago };
}

describe('the age of a reviewed plan', () => {
  it('is 30 days at most, or what --max-plan-age says', async () => {
    const { api, ago, run, writes } = await setUp();
    ago(31 * day);
    api.sent();
    const { code, stderr } = await run(['apply', '--plan', 'plan.json']);
    expect([code, api.sent()]).toEqual([3, []]);
    expect(stderr).toMatch(/was made 31 days ago .* at most 30 days are accepted \(`--max-plan-age`\)/);
    ago(2 * 3_600_000);
    expect((await run(['apply', '--plan', 'plan.json', '--max-plan-age', '1h'])).code).toBe(3);
    ago(31 * day);
    writes();
    expect((await run(['apply', '--plan', 'plan.json', '--max-plan-age', '40d'])).code).toBe(0);
    expect(writes()).toEqual(['PUT id-support']);
  });

  it.each([
    ['in the future', new Date(Date.now() + 2 * day).toISOString(), 'in the future'],
    ['on no day', '2026-13-45T25:61:61.000Z', 'does not say when it was made'],
  ])('is refused where it was made %s', async (_when, at, message) => {
    const { api, madeAt, run } = await setUp();
    madeAt(at);
    api.sent();
    const { code, stderr } = await run(['apply', '--plan', 'plan.json']);
    expect([code, api.sent(), stderr]).toEqual([3, [], expect.stringContaining(message)]);
  });

  it.each(['0', '30', '1w', 'soon', '-1d', '1e3d'])('is never %s: an error before any request', async (age) => {
    const { api, run } = await setUp();
    api.sent();
    expect((await run(['apply', '--plan', 'plan.json', `--max-plan-age=${age}`])).code).toBe(1);
    expect(api.sent()).toEqual([]);
  });

  it('is of --plan alone', async () => {
    const { run } = await setUp();
    expect((await run(['apply', '--yes', '--max-plan-age', '1d'])).stderr).toContain('needs --plan');
  });
});

describe('a review that was used up', () => {
  const again = ['apply', '--plan', 'plan.json', '--log', 'apply.log'] as const;

  it('does not undo what somebody has undone since, but a new one does', async () => {
    const { dintero, run, writes } = await setUp();
    expect((await run(again)).code).toBe(0);
    expect(dintero.role('id-support')?.scope).toContain('read:checkout');
    writes();
    const rerun = await run(again);
    expect([rerun.code, writes()]).toEqual([0, []]);
    dintero.edit('id-support', { scope: ['read:accounts'] });
    const { code, stdout } = await run(again);
    expect([code, writes()]).toEqual([3, []]);
    expect(stdout.replace(/\s+/g, ' ')).toContain('this was applied before, and somebody has undone it since');
    await run(['plan', '--out', 'plan.json']);
    expect((await run(again)).code).toBe(0);
    expect(writes()).toEqual(['PUT id-support']);
  });

  it('holds a create and a delete that were undone', async () => {
    const { dintero, declare, run, writes } = await setUp();
    declare('dintero', '  - {name: new, permissions: [read:hooks]}\n  - {name: support, ensure: absent}\n');
    await run(['plan', '--out', 'plan.json']);
    expect((await run(again)).code).toBe(0);
    dintero.remove(dintero.idOf('new') ?? '');
    dintero.edit('id-support', { deleted_at: '' });
    writes();
    const { code, stdout } = await run(again);
    expect([code, writes()]).toEqual([3, []]);
    expect(stdout).toContain('(spent)');
  });

  it('is only what was done: an effect that failed is tried again', async () => {
    const { meanwhile, run, writes } = await setUp();
    meanwhile('PUT id-support', () => ({ status: 403, body: {} }));
    expect((await run(again)).code).toBe(1);
    writes();
    expect((await run(again)).code).toBe(0);
    expect(writes()).toEqual(['PUT id-support']);
  });
});
