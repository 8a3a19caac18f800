/** What is held is released by the digest of the current plan, and only by somebody other than its author. */
import { describe, expect, it } from 'vitest';
import { roles, type Stage, stage } from './stage.ts';
import type { Ran } from './support.ts';

const more = { support: ['read:accounts', 'read:checkout'] };

/** Merged without a plan by alice, and held; maria may maintain. */
async function held(): Promise<Stage & { readonly ran: Ran; readonly number: number; readonly digest: string }> {
  const scene = await stage();
  const { open, declare, merge, apply, start, github } = scene;
  for (const [login, role] of [
    ['alice', 'admin'],
    ['maria', 'maintain'],
    ['walt', 'write'],
  ] as const) {
    github.state.collaborators.set(login, role);
  }
  const { number } = open(declare(roles(more)));
  merge(number);
  const ran = await apply(start);
  scene.writes();
  return { ...scene, ran, number, digest: ran.outputs['digest'] ?? '' };
}

const byHand = { mode: 'gate', event: 'workflow_dispatch', payload: {} } as const;

describe('gate by hand', () => {
  it('applies what is held with the digest that the comment shows, and settles it', async () => {
    const { run, upload, digest, scopeOf, comments, number, apply, tip, writes } = await held();
    expect(comments(number).join('')).toContain(`Digest \`${digest}\``);
    const ran = await run({ ...byHand, actor: 'maria', inputs: { digest } });
    upload(ran);
    expect([ran.code, ran.errors, scopeOf('support')]).toEqual([0, [], more.support]);
    expect(comments(number).at(-1)).toContain('- done update `support`');
    writes();
    const again = await apply(tip());
    expect([again.code, again.outputs['held'], writes()]).toEqual([0, 'false', []]);
  });

  it('refuses another digest: red, nothing written, and the comment has the current one', async () => {
    const { run, digest, writes, comments, number } = await held();
    const ran = await run({ ...byHand, actor: 'maria', inputs: { digest: `sha256:${'0'.repeat(64)}` } });
    expect([ran.code > 0, writes(), ran.outputs['artifact-name']]).toEqual([true, [], undefined]);
    expect(ran.errors.join('')).toContain('; you approved sha256:');
    expect(comments(number).at(-1)).toContain(`Digest \`${digest}\``);
  });

  it('refuses the digest of a plan that was changed by hand since', async () => {
    const { run, digest, writes, byHand: change } = await held();
    change('finance', ['admin:accounts']);
    const ran = await run({ ...byHand, actor: 'maria', inputs: { digest } });
    expect([ran.code > 0, writes()]).toEqual([true, []]);
  });

  it.each([
    ['the author of what is held, though an administrator', 'alice', 'is the author of what is held'],
    ['who may only push', 'walt', 'may not approve'],
    ['a stranger', 'nobody', 'may not approve'],
    ['a bot', 'github-actions[bot]', 'not a person'],
  ])('refuses %s: nothing is read from the provider', async (_what, actor, why) => {
    const { run, digest, sent } = await held();
    sent();
    const ran = await run({ ...byHand, actor, inputs: { digest } });
    expect([ran.code, sent()]).toEqual([1, 0]);
    expect(ran.errors.join('')).toContain(why);
  });

  it('refuses to go without a digest', async () => {
    const { run, sent } = await held();
    sent();
    const ran = await run({ ...byHand, actor: 'maria' });
    expect([ran.code, sent()]).toEqual([1, 0]);
  });

  it('is superseded by a newer commit', async () => {
    const { run, digest, sent, tip, pushMain } = await held();
    const old = tip();
    pushMain({ 'README.md': 'other\n' });
    sent();
    const ran = await run({ ...byHand, actor: 'maria', sha: old, inputs: { digest } });
    expect([ran.code, sent(), ran.outputs['superseded']]).toEqual([0, 0, 'true']);
  });

  it('still knows the author where others were merged in between', async () => {
    const { run, start, apply, open, declare, plan, merge, tip, writes } = await held();
    const before = tip();
    const other = open(declare(roles({ ...more, audit: ['read:hooks', 'read:orders'] })), { author: 'bert' });
    await plan(other.number);
    merge(other.number);
    const ran = await apply(before);
    expect([ran.code, ran.outputs['held'], start === before]).toEqual([0, 'true', false]);
    writes();
    const refused = await run({ ...byHand, actor: 'alice', inputs: { digest: ran.outputs['digest'] ?? '' } });
    expect([refused.code, writes()]).toEqual([1, []]);
  });
});

describe('gate behind the environment', () => {
  const waiting = { mode: 'gate', event: 'push', payload: {} } as const;

  it('is written if somebody else approved the run', async () => {
    const { run, digest, scopeOf, github, ran: first } = await held();
    github.approve(first.runId, { environment: 'roles-gate', state: 'approved', user: 'maria', comment: '' });
    const ran = await run({ ...waiting, runId: first.runId, inputs: { digest } });
    expect([ran.code, scopeOf('support')]).toEqual([0, more.support]);
  });

  it.each([
    ['nobody was asked', 0, undefined],
    ['somebody rejected', 1, { environment: 'roles-gate', state: 'rejected', user: 'maria', comment: '' }],
    [
      'another environment was approved',
      0,
      { environment: 'roles-plan', state: 'approved', user: 'maria', comment: '' },
    ],
    ['the author alone approved', 1, { environment: 'roles-gate', state: 'approved', user: 'Alice', comment: '' }],
  ] as const)('does not go where %s', async (_what, code, approval) => {
    const { run, digest, sent, github, ran: first } = await held();
    if (approval !== undefined) github.approve(first.runId, approval);
    sent();
    const ran = await run({ ...waiting, runId: first.runId, inputs: { digest } });
    expect([ran.code, sent()]).toEqual([code, 0]);
  });

  it('does not go where an environment that holds the secrets is open to other branches', async () => {
    const { run, digest, sent, github, ran: first } = await held();
    github.approve(first.runId, { environment: 'roles-gate', state: 'approved', user: 'maria', comment: '' });
    github.setEnvironment('roles-apply', { branches: 'all' });
    sent();
    const inputs = { digest, environment: 'roles-gate, roles-apply' };
    const ran = await run({ ...waiting, runId: first.runId, inputs });
    expect([ran.code, sent()]).toEqual([1, 0]);
    expect(ran.errors[0]).toContain('the environment `roles-apply` is open to every branch');
  });
});
