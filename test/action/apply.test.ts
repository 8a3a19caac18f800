/** Merged and reviewed, so applied; and everything else held: with a real repository, the stand-in of GitHub, and the sandbox. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { forkOf, zipOf } from '../github/github.ts';
import { account } from '../support/remote.ts';
import { roles, type Stage, stage } from './stage.ts';
import { applyWorkflow, type Ran } from './support.ts';

const more = { support: ['read:accounts', 'read:checkout'] };
const wider = { finance: ['read:receipts', 'read:billing'] };
const before = { support: ['admin:billing', 'read:accounts'] };

/** What a run of apply handed on. */
function handedOn({ outputs }: Ran): { through: string; settled: string; plans: { pull: number; file: string }[] } {
  return JSON.parse(readFileSync(join(outputs['artifact-path'] ?? '', 'open.json'), 'utf8'));
}

/** Open, planned and merged. */
async function merged({ open, plan, merge, declare }: Stage, change: Parameters<typeof roles>[0]): Promise<number> {
  const { number } = open(declare(roles(change)));
  await plan(number);
  merge(number);
  return number;
}

function outcomeOn({ comments }: Stage, number: number): string {
  return comments(number).find((body) => body.startsWith('<!-- rolesync:apply -->')) ?? '';
}

describe('apply after a merge', () => {
  it.each(['merge', 'squash', 'rebase'] as const)('writes what was reviewed, and says so (%s)', async (how) => {
    const scene = await stage();
    const { start, declare, open, plan, merge, apply, scopeOf, tip } = scene;
    const { number } = open(declare(roles(more)));
    await plan(number);
    merge(number, how);
    const ran = await apply(start);
    expect(ran.errors).toEqual([]);
    const { done, held, superseded } = ran.outputs;
    expect([ran.code, done, held, superseded]).toEqual([0, '1', 'false', 'false']);
    expect(scopeOf('support')).toEqual(['read:accounts', 'read:checkout']);
    expect(outcomeOn(scene, number)).toContain('### Applied: 1 done');
    expect(outcomeOn(scene, number)).toContain('- done update `support`');
    expect(ran.outputs['artifact-name']).toBe(`rolesync-open-${tip()}`);
    expect(handedOn(ran)).toEqual({ formatVersion: 2, through: tip(), settled: tip(), plans: [] });
  });

  it('costs the provider one reading, one more of the role, the write, and one look afterwards', async () => {
    const scene = await stage();
    await merged(scene, more);
    scene.remote.sent();
    await scene.apply(scene.start);
    expect(scene.remote.sent()).toEqual(['POST token', 'GET roles', 'GET id-support', 'PUT id-support', 'GET roles']);
  });

  it('applies B after A where both change other roles of one target and B was planned before A was merged', async () => {
    const { start, declare, open, plan, merge, apply, scopeOf, tip } = await stage();
    const a = open(declare(roles(more)));
    const b = open(declare(roles(wider)));
    await plan(a.number);
    await plan(b.number);
    merge(a.number);
    expect((await apply(start)).code).toBe(0);
    const between = tip();
    merge(b.number);
    expect((await apply(between)).code).toBe(0);
    expect([scopeOf('support'), scopeOf('finance')]).toEqual([more.support, ['read:billing', 'read:receipts']]);
  });

  it('applies A and B that change one role, one after the other', async () => {
    const { start, declare, open, plan, merge, apply, scopeOf, tip } = await stage();
    const a = open(declare(roles(more)));
    const b = open(declare(roles(before)));
    await plan(a.number);
    await plan(b.number);
    merge(a.number);
    await apply(start);
    const between = tip();
    merge(b.number);
    expect((await apply(between)).code).toBe(0);
    expect(scopeOf('support')).toEqual(['admin:billing', 'read:accounts', 'read:checkout']);
  });

  it('applies two pull requests that came in one push of a merge queue, on one role', async () => {
    const scene = await stage();
    const { start, declare, open, plan, merge, apply, scopeOf, writes } = scene;
    const a = open(declare(roles(more)));
    const b = open(declare(roles(before)));
    await plan(a.number);
    await plan(b.number);
    merge(a.number);
    merge(b.number);
    writes();
    const ran = await apply(start);
    expect([ran.code, writes()]).toEqual([0, ['PUT id-support']]);
    expect(scopeOf('support')).toEqual(['admin:billing', 'read:accounts', 'read:checkout']);
    for (const { number } of [a, b]) expect(outcomeOn(scene, number)).toContain('### Applied: 1 done');
  });

  it('picks A up where the run of A was dropped, by what the last run that finished left', async () => {
    const scene = await stage();
    const { start, apply, scopeOf, tip } = scene;
    await apply(start);
    await merged(scene, more);
    const between = tip();
    await merged(scene, { ...more, ...wider });
    const ran = await apply(between);
    expect(ran.code).toBe(0);
    expect([scopeOf('support'), scopeOf('finance')]).toEqual([more.support, ['read:billing', 'read:receipts']]);
  });

  it('picks A up where no run has finished yet', async () => {
    const scene = await stage();
    const { apply, scopeOf, tip, github } = scene;
    await merged(scene, more);
    github.addRun({ event: 'push', path: applyWorkflow, head_sha: tip(), conclusion: 'failure' });
    const between = tip();
    await merged(scene, { ...more, ...wider });
    expect((await apply(between)).code).toBe(0);
    expect(scopeOf('support')).toEqual(more.support);
  });

  it('is superseded by a newer commit: neutral, nothing is read from the provider, and nothing is lost', async () => {
    const scene = await stage();
    const { start, apply, scopeOf, tip, sent } = scene;
    await merged(scene, more);
    const between = tip();
    await merged(scene, { ...more, ...wider });
    sent();
    const old = await apply(start, { sha: between });
    expect([old.code, sent(), old.outputs['superseded'], old.outputs['artifact-name']]).toEqual([
      0,
      0,
      'true',
      undefined,
    ]);
    expect(old.log).toContain('Superseded');
    await apply(between);
    expect([scopeOf('support'), scopeOf('finance')]).toEqual([more.support, ['read:billing', 'read:receipts']]);
  });

  it('writes nothing the second time, whether the newest run or an older one is run again, and says so', async () => {
    const scene = await stage();
    const { start, apply, writes, tip, byHand, scopeOf } = scene;
    await merged(scene, more);
    const between = tip();
    const first = await apply(start);
    await merged(scene, { ...more, ...wider });
    const second = await apply(between);
    writes();
    byHand('support', ['read:accounts']);
    const old = await apply(start, { sha: between, runId: first.runId });
    expect([old.code, writes(), old.outputs['superseded']]).toEqual([0, [], 'true']);
    byHand('support', more.support);
    const again = await apply(between, { runId: second.runId });
    expect([again.code, writes()]).toEqual([0, []]);
    expect(again.summary).toContain('Nothing applied: nothing to do');
    byHand('support', ['read:accounts']);
    const held = await apply(between, { runId: second.runId });
    expect([held.code, writes(), held.outputs['held']]).toEqual([0, [], 'true']);
    expect(scopeOf('support')).toEqual(['read:accounts']);
  });

  it('leaves a pull request in peace that changes no role, and every one where comments are off', async () => {
    const scene = await stage();
    const { start, open, plan, merge, apply, tip, byHand } = scene;
    const { number } = open({ 'README.md': 'other\n' });
    await plan(number);
    merge(number);
    byHand('finance', []);
    expect((await apply(start)).outputs['held']).toBe('true');
    expect(outcomeOn(scene, number)).toBe('');
    const between = tip();
    const other = await merged(scene, more);
    await apply(between, { inputs: { comment: 'false' } });
    expect([outcomeOn(scene, other), scene.scopeOf('support')]).toEqual(['', more.support]);
  });

  it('follows the protection of the environment at GitHub: without it, nothing is read', async () => {
    const scene = await stage();
    const { start, apply, github, sent } = scene;
    await merged(scene, more);
    github.setEnvironment('roles-apply', { branches: 'all' });
    sent();
    const ran = await apply(start);
    expect([ran.code, sent()]).toEqual([1, 0]);
  });
});

describe('drift beside what was reviewed', () => {
  it('holds a role that was changed by hand and that nobody planned: green, with a warning and the current plan', async () => {
    const scene = await stage();
    const { start, apply, byHand, scopeOf } = scene;
    const { number } = scene.open(scene.declare(roles(more)));
    await scene.plan(number);
    byHand('finance', ['admin:accounts', 'read:receipts']);
    scene.merge(number);
    const ran = await apply(start);
    expect([ran.code, ran.outputs['held']]).toEqual([0, 'true']);
    expect(ran.warnings.join('\n')).toContain('held');
    expect([scopeOf('support'), scopeOf('finance')]).toEqual([more.support, ['admin:accounts', 'read:receipts']]);
    const comment = outcomeOn(scene, number);
    expect(comment).toContain('- done update `support`');
    expect(comment).toContain('`admin:accounts`');
    expect(ran.outputs['digest']).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(comment).toContain(`Digest \`${ran.outputs['digest']}\``);
    expect(handedOn(ran)).toMatchObject({ settled: scene.tip(), plans: [] });
  });

  it.each([
    ['hold', ['admin:accounts', 'read:accounts', 'read:checkout'], 'true'],
    ['repair', more.support, 'false'],
  ])('that the review showed on a planned role: %s', async (drift, scope, held) => {
    const scene = await stage();
    const { start, apply, byHand, scopeOf } = scene;
    byHand('support', ['admin:accounts', 'read:accounts']);
    await merged(scene, more);
    const ran = await apply(start, { inputs: { drift } });
    expect([ran.code, ran.outputs['held'], scopeOf('support')]).toEqual([0, held, scope]);
  });

  it('since the review on a planned role: red, nothing written to that role, the rest done, and handed on', async () => {
    const scene = await stage();
    const { start, apply, byHand, writes, open, plan, merge, declare } = scene;
    const { number } = open(declare(roles({ ...more, ...wider })));
    await plan(number);
    byHand('support', ['admin:accounts', 'read:accounts']);
    merge(number);
    writes();
    const ran = await apply(start);
    expect([ran.code, writes()]).toEqual([1, ['PUT id-finance']]);
    expect(ran.errors.join('\n')).toContain(`#${number}: approved, but not all of it is done`);
    expect(outcomeOn(scene, number)).toContain('`admin:accounts` was granted on the live role since the review');
    expect(handedOn(ran)).toMatchObject({ settled: start, plans: [{ pull: number }] });
  });

  it('that took a planned role away: red, and it is not created again', async () => {
    const scene = await stage();
    const { start, apply, removeByHand, writes, open, plan, merge, declare } = scene;
    const { number } = open(declare(roles(more)));
    await plan(number);
    removeByHand('support');
    merge(number);
    writes();
    const ran = await apply(start);
    expect([ran.code, writes()]).toEqual([1, []]);
    expect(outcomeOn(scene, number)).toContain('vanished since review');
    expect(handedOn(ran).plans).toHaveLength(1);
  });
});

describe('what was approved and could not be written', () => {
  it('is red and handed on, and the next run does it, though it brings nothing itself', async () => {
    const scene = await stage();
    const { start, apply, mayWrite, scopeOf, pushMain, tip } = scene;
    const number = await merged(scene, more);
    mayWrite(false);
    const ran = await apply(start);
    expect(ran.code).toBe(1);
    expect(outcomeOn(scene, number)).toContain('**failed** update `support`');
    expect(handedOn(ran)).toMatchObject({ settled: start, plans: [{ pull: number }] });
    mayWrite(true);
    const between = tip();
    pushMain({ 'README.md': 'other\n' });
    const next = await apply(between);
    expect([next.code, scopeOf('support')]).toEqual([0, more.support]);
    expect(outcomeOn(scene, number)).toContain('- done update `support`');
    expect(handedOn(next)).toMatchObject({ settled: tip(), plans: [] });
  });

  it('is done by running the same run again', async () => {
    const scene = await stage();
    const { start, apply, mayWrite, scopeOf } = scene;
    await merged(scene, more);
    mayWrite(false);
    const ran = await apply(start);
    mayWrite(true);
    expect((await apply(start, { runId: ran.runId })).code).toBe(0);
    expect(scopeOf('support')).toEqual(more.support);
  });

  it('is not lost where the target could not even be read', async () => {
    const scene = await stage();
    const { start, apply, scopeOf, tip, pushMain } = scene;
    await merged(scene, more);
    const wrong = { DINTERO_CLIENT_SECRET: 'another-secret' };
    const ran = await apply(start, { environment: wrong });
    expect([ran.code, handedOn(ran).plans.length]).toEqual([1, 1]);
    const between = tip();
    pushMain({ 'README.md': 'other\n' });
    await apply(between);
    expect(scopeOf('support')).toEqual(more.support);
  });

  it('is not called `nothing to do` where the target could not be read', async () => {
    const { start, apply, pushMain } = await stage();
    pushMain({ 'README.md': 'other\n' });
    const ran = await apply(start, { environment: { DINTERO_CLIENT_SECRET: 'another-secret' } });
    expect(ran.code).toBe(1);
    expect(ran.summary).toContain('### Nothing applied: incomplete, 1 target could not be read\n');
  });

  it('is not lost where the run could not begin: the next one begins where this one did', async () => {
    const scene = await stage();
    const { start, apply, scopeOf, tip, pushMain, sent } = scene;
    await apply(start);
    const number = await merged(scene, more);
    sent();
    const ran = await apply(start, { environment: { DINTERO_CLIENT_SECRET: null } });
    expect([ran.code, sent(), ran.outputs['artifact-name']]).toEqual([1, 0, undefined]);
    expect(outcomeOn(scene, number)).toContain('### Nothing applied');
    const between = tip();
    pushMain({ 'README.md': 'other\n' });
    await apply(between);
    expect(scopeOf('support')).toEqual(more.support);
  });

  it('is not called unreviewed where GitHub did not give the plan: red, and the next run looks again', async () => {
    const scene = await stage();
    const { start, apply, github, writes, scopeOf, tip, pushMain } = scene;
    await merged(scene, more);
    github.refuseNext({ path: /\/zip$/, status: 403, message: 'Forbidden' });
    writes();
    const ran = await apply(start);
    expect([ran.code, writes(), ran.outputs['artifact-name']]).toEqual([1, [], undefined]);
    const between = tip();
    pushMain({ 'README.md': 'other\n' });
    await apply(between);
    expect(scopeOf('support')).toEqual(more.support);
  });

  it('is done although nobody could be told', async () => {
    const scene = await stage();
    const { start, apply, github, scopeOf } = scene;
    await merged(scene, more);
    github.refuseNext({
      method: 'POST',
      path: /\/comments$/,
      status: 403,
      message: 'Unable to create comment: locked',
    });
    const ran = await apply(start);
    expect([ran.code, scopeOf('support')]).toEqual([0, more.support]);
    expect(ran.warnings.join('\n')).toContain('the outcome could not be posted');
  });
});

describe('what was handed on and is in force already', () => {
  /** One of two roles could not be written, because it moved; the other was. */
  async function halfDone(): Promise<Stage & { readonly between: string }> {
    const scene = await stage();
    const { open, declare, plan, merge, apply, byHand, start, tip, pushMain } = scene;
    const { number } = open(declare(roles({ ...more, ...wider })));
    await plan(number);
    byHand('finance', ['admin:accounts', 'read:receipts']);
    merge(number);
    await apply(start);
    const between = tip();
    pushMain({ 'README.md': 'other\n' });
    scene.writes();
    return { ...scene, between };
  }

  it('is not written again where somebody took it back: it is held, and the rest is done', async () => {
    const { apply, between, byHand, scopeOf, writes, run } = await halfDone();
    byHand('support', ['read:accounts']);
    byHand('finance', ['read:receipts']);
    const ran = await apply(between);
    expect(writes()).toEqual(['PUT id-finance']);
    expect([scopeOf('support'), scopeOf('finance')]).toEqual([['read:accounts'], ['read:billing', 'read:receipts']]);
    expect([ran.code, ran.outputs['held'], handedOn(ran).plans]).toEqual([0, 'true', []]);
    expect(ran.summary).toContain('#### Held');
    const night = await run({ mode: 'drift', event: 'schedule', payload: {} });
    expect([night.outputs['drift'], night.outputs['pending']]).toEqual(['1', '0']);
  });

  it('is not created again where somebody deleted it', async () => {
    const { open, declare, plan, merge, apply, byHand, removeByHand, start, tip, pushMain, writes } = await stage();
    const { number } = open(declare(roles({ ...wider, viewer: ['read:accounts'] })));
    await plan(number);
    byHand('finance', ['admin:accounts', 'read:receipts']);
    merge(number);
    writes();
    await apply(start);
    expect(writes()).toEqual(['POST roles']);
    removeByHand('viewer');
    byHand('finance', ['read:receipts']);
    const between = tip();
    pushMain({ 'README.md': 'other\n' });
    const ran = await apply(between);
    expect([ran.code, ran.outputs['held'], writes()]).toEqual([0, 'true', ['PUT id-finance']]);
  });

  it('stays used up over runs that cannot do the rest either', async () => {
    const { apply, between, byHand, scopeOf, tip, pushMain, writes } = await halfDone();
    byHand('support', ['read:accounts']);
    const second = await apply(between);
    expect([second.code, writes(), handedOn(second).plans.length]).toEqual([1, [], 1]);
    byHand('finance', ['read:receipts']);
    const then = tip();
    pushMain({ 'README.md': 'another\n' });
    expect((await apply(then)).code).toBe(0);
    expect([writes(), scopeOf('support')]).toEqual([['PUT id-finance'], ['read:accounts']]);
  });

  it('leaves nothing to do where the rest is in force too, and ends with 0', async () => {
    const { apply, between, byHand, writes } = await halfDone();
    byHand('finance', wider.finance);
    const ran = await apply(between);
    expect([ran.code, ran.outputs['held'], writes(), handedOn(ran).plans]).toEqual([0, 'false', [], []]);
  });

  it('follows a new review', async () => {
    const { apply, byHand, scopeOf, open, declare, plan, merge, tip } = await halfDone();
    byHand('support', ['read:accounts']);
    byHand('finance', ['read:receipts']);
    const again = open(declare(roles({ ...more, ...wider, audit: ['read:hooks', 'read:orders'] })));
    await plan(again.number);
    const then = tip();
    merge(again.number);
    await apply(then, { inputs: { drift: 'repair' } });
    expect(scopeOf('support')).toEqual(more.support);
  });
});

describe('a merge that no reviewed plan speaks for is held', () => {
  async function held(scene: Stage, number: number | undefined, why: string | undefined) {
    const { start, apply, writes, tip } = scene;
    writes();
    const ran = await apply(start);
    expect([ran.code, writes(), ran.outputs['held']]).toEqual([0, [], 'true']);
    expect(ran.warnings.length).toBeGreaterThan(0);
    expect(ran.summary).toContain(`Digest \`${ran.outputs['digest']}\``);
    expect(handedOn(ran)).toMatchObject({ through: tip(), settled: start, plans: [] });
    if (number !== undefined) {
      expect(outcomeOn(scene, number)).toContain(`Digest \`${ran.outputs['digest']}\``);
      expect(outcomeOn(scene, number)).toContain(why);
    }
  }

  it('a direct push', async () => {
    const scene = await stage();
    scene.pushMain(scene.declare(roles(more)));
    await held(scene, undefined, undefined);
  });

  it('no plan at all', async () => {
    const scene = await stage();
    const { number } = scene.open(scene.declare(roles(more)));
    scene.merge(number);
    await held(scene, number, 'its last commit has no plan');
  });

  it('a plan of an older head, approved before the last push', async () => {
    const scene = await stage();
    const { number } = scene.open(scene.declare(roles({ support: ['read:accounts', 'read:orders'] })));
    await scene.plan(number);
    scene.github.review({ pull: number, author: 'bob', state: 'APPROVED' });
    scene.push(number, scene.declare(roles({ support: ['read:accounts', 'admin:accounts'] })));
    scene.merge(number);
    await held(scene, number, 'its last commit has no plan');
  });

  it('an expired artifact', async () => {
    const scene = await stage();
    const number = await merged(scene, more);
    for (const artifact of scene.github.state.artifacts) artifact.expired = true;
    await held(scene, number, 'has expired');
  });

  it('a plan that was made after the merge', async () => {
    const scene = await stage();
    const { number } = scene.open(scene.declare(roles(more)));
    await scene.plan(number);
    const [made] = scene.github.state.artifacts.splice(0);
    scene.merge(number);
    const run = made?.run ?? 0;
    scene.github.addArtifact({ name: made?.name ?? '', run, files: made?.zip ?? {} });
    await held(scene, number, 'was made after the merge');
  });

  it.each([
    ['another event', { event: 'pull_request' }],
    ['another workflow', { path: '.github/workflows/evil.yml' }],
    ['a fork', { fork: true }],
  ])('an artifact of the right name from %s', async (_what, forged) => {
    const scene = await stage();
    const { number } = scene.open(scene.declare(roles(more)));
    await scene.plan(number);
    const { github } = scene;
    const at = github.state.runs.findIndex(({ event }) => event === 'pull_request_target');
    const run = github.state.runs[at];
    if (run === undefined) throw new Error('no run of the plan');
    const { fork, ...rest } = { fork: false, ...forged };
    github.state.runs[at] = {
      ...run,
      ...rest,
      ...(fork && { head_repository: forkOf(github.state, 'mallory') }),
    };
    scene.merge(number);
    await held(scene, number, 'belongs to the plan workflow');
  });

  it.each([
    ['another pull request', (text: string) => text.replace(/"pull": \d+/, '"pull": 4')],
    ['nothing', () => '{}'],
  ])('a plan that says it is about %s', async (_what, edit) => {
    const scene = await stage();
    const { number } = scene.open(scene.declare(roles(more)));
    const ran = await scene.plan(number);
    const text = (file: string) => readFileSync(join(ran.outputs['artifact-path'] ?? '', file), 'utf8');
    const [artifact] = scene.github.state.artifacts.splice(0);
    const files = { 'plan.json': text('plan.json'), 'about.json': edit(text('about.json')) };
    scene.github.addArtifact({ name: artifact?.name ?? '', run: ran.runId, files });
    scene.merge(number);
    await held(scene, number, 'its plan ');
  });

  it.each([
    ['an edited plan', (plan: string) => plan.replaceAll('read:checkout', 'admin:accounts')],
    ['a broken plan', (plan: string) => plan.slice(0, 100)],
  ])('%s', async (_what, edit) => {
    const scene = await stage();
    const { number } = scene.open(scene.declare(roles(more)));
    const ran = await scene.plan(number);
    const text = (file: string) => readFileSync(join(ran.outputs['artifact-path'] ?? '', file), 'utf8');
    const [artifact] = scene.github.state.artifacts.splice(0);
    const files = { 'plan.json': edit(text('plan.json')), 'about.json': text('about.json') };
    scene.github.addArtifact({ name: artifact?.name ?? '', run: ran.runId, files });
    scene.merge(number);
    await held(scene, number, 'its plan cannot be used');
  });

  it.each([
    ['no archive', new Uint8Array([1, 2, 3])],
    ['an archive of something else', zipOf({ '../plan.json': '{}' })],
  ])('%s', async (_what, zip) => {
    const scene = await stage();
    const { number } = scene.open(scene.declare(roles(more)));
    const ran = await scene.plan(number);
    const [artifact] = scene.github.state.artifacts.splice(0);
    scene.github.addArtifact({ name: artifact?.name ?? '', run: ran.runId, files: zip });
    scene.merge(number);
    await held(scene, number, 'its plan cannot be used');
  });

  it('a comment and a status that call it approved', async () => {
    const scene = await stage();
    const { number, head } = scene.open(scene.declare(roles(more)));
    scene.github.addComment({ issue: number, author: 'mallory', body: '<!-- rolesync:plan -->\nDigest `sha256:0`' });
    const { state } = scene.github;
    state.statuses.push({
      ...{ id: 1, sha: head.sha, state: 'success', description: 'ok', context: 'rolesync/plan', target_url: null },
      ...{ creator: 'mallory', created_at: '2026-01-01T00:00:00Z' },
    });
    scene.merge(number);
    await held(scene, number, 'its last commit has no plan');
  });
});

describe('what was handed on', () => {
  it.each([
    ['another branch', { head_branch: 'evil' }],
    ['a commit that is not on the default branch', { head_sha: 'f'.repeat(40) }],
  ])('is not believed from %s', async (_what, forged) => {
    const scene = await stage();
    const { start, apply, github, tip, scopeOf } = scene;
    await merged(scene, more);
    const through = 'head_sha' in forged ? forged.head_sha : tip();
    const open = { formatVersion: 2, through, settled: through, plans: [] };
    github.addArtifact({
      name: `rolesync-open-${through}`,
      run: { event: 'push', path: applyWorkflow, head_sha: through, ...forged },
      files: { 'open.json': JSON.stringify(open) },
    });
    await apply(start);
    expect(scopeOf('support')).toEqual(more.support);
  });

  it('does not let one plan that is for a target of long ago hold up the others', async () => {
    const scene = await stage();
    const { start, apply, mayWrite, scopeOf, declare, tip, remote } = scene;
    const number = await merged(scene, more);
    mayWrite(false);
    await apply(start);
    mayWrite(true);
    const between = tip();
    const { accounts } = remote.sandbox.state.dintero;
    accounts['T22223333'] = structuredClone(accounts[account] ?? { clients: [], roles: [], users: [] });
    const moved = scene.open(declare(roles({ ...more, ...wider }), remote.dintero.replace(account, 'T22223333')));
    await scene.plan(moved.number);
    scene.merge(moved.number);
    const ran = await apply(between);
    expect(outcomeOn(scene, number)).toContain('another tenant');
    const there = accounts['T22223333']?.roles.find(({ name }) => name === 'finance');
    expect(there?.scope).toEqual(['read:billing', 'read:receipts']);
    expect(scopeOf('finance')).toEqual(['read:receipts']);
    expect(ran.outputs['done']).toBe('2');
  });
});
