/** What an exception gives until a day that is over is revoked at night: approved by the merge that set the end. */
import { describe, expect, it } from 'vitest';
import { begin, roles, stage } from './stage.ts';

const day = 24 * 60 * 60 * 1000;
const exception = (until: string) => `provider: dintero
targets: [acme]
exceptions:
  - role: support
    add: [read:checkout]
    until: ${until}
    reason: INC-42
`;

async function granted() {
  const scene = await stage();
  const { start, open, plan, merge, apply, scopeOf, github } = scene;
  const { number } = open({ 'roles/exceptions.yaml': exception('2026-01-05') });
  await plan(number);
  merge(number);
  expect((await apply(start)).code).toBe(0);
  expect(scopeOf('support')).toEqual(['read:accounts', 'read:checkout']);
  github.state.clock += 6 * day;
  scene.writes();
  const nightly = () => scene.apply(scene.tip(), { event: 'schedule', payload: { schedule: '23 0 * * *' } });
  const drift = () => scene.run({ mode: 'drift', event: 'schedule', payload: {} });
  return { ...scene, number, nightly, drift };
}

describe('an exception that ended', () => {
  it('is told in the pull request with its last day and its reason', async () => {
    const { comments, number } = await granted();
    expect(comments(number).join('')).toContain('Exception until 2026-01-05 (`INC-42`), `roles/exceptions.yaml:4`');
  });

  it('is revoked by the nightly run, and is neither drift nor held', async () => {
    const { nightly, drift, scopeOf, writes } = await granted();
    const before = await drift();
    expect(before.outputs).toMatchObject({ drift: '0', unapproved: '0', pending: '0' });
    const ran = await nightly();
    expect([ran.code, ran.outputs['held'], ran.errors]).toEqual([0, 'false', []]);
    expect(scopeOf('support')).toEqual(['read:accounts']);
    expect(writes()).toEqual(['PUT id-support']);
    expect((await nightly()).outputs).toMatchObject({ done: '0', held: 'false' });
  });

  it('takes nothing with it that somebody changed by hand', async () => {
    const { nightly, scopeOf, byHand } = await granted();
    byHand('finance', ['read:receipts', 'admin:billing']);
    const ran = await nightly();
    expect(scopeOf('support')).toEqual(['read:accounts']);
    expect(scopeOf('finance')).toEqual(['read:receipts', 'admin:billing']);
    expect(ran.outputs['held']).toBe('true');
  });

  it('is held where a push that nobody reviewed brought the end', async () => {
    const scene = await stage();
    const { start, pushMain, open, plan, merge, apply, scopeOf, declare, github } = scene;
    const wide = ['read:accounts', 'read:checkout'];
    const { number } = open(declare(roles({ support: wide })));
    await plan(number);
    merge(number);
    expect((await apply(start)).outputs['done']).toBe('1');
    // Takes a permission out of the list, and calls it an exception that is over.
    github.state.clock += 6 * day;
    pushMain({ ...declare(begin), 'roles/exceptions.yaml': exception('2026-01-05') });
    for (let run = 0; run < 2; run += 1) {
      const ran = await apply(scene.tip(), { event: 'schedule', payload: {} });
      expect(scopeOf('support')).toEqual(wide);
      expect([ran.outputs['done'], ran.outputs['held']]).toEqual(['0', 'true']);
    }
  });
});
