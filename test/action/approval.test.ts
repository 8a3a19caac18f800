/** What counts as reviewed is the plan that was there to be seen when somebody else approved: nothing that came later. */
import { describe, expect, it } from 'vitest';
import { standing } from '../../src/action/review/approvals.ts';
import { roles, type Stage, stage } from './stage.ts';
import { applyWorkflow, type Ran } from './support.ts';

const more = { support: ['read:accounts', 'read:checkout'] };
const wider = { finance: ['read:billing', 'read:receipts'] };
const begun = ['read:receipts'];

type State = 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED';

/**
 * alice's pull request wants more of two roles. Somebody has given one of them by hand, so the first plan shows the other
 * only. What is done `between` follows; then it is taken away again, and the second plan, of the same commit, shows both.
 */
async function twoPlans(between: (scene: Stage, number: number) => void | Promise<void>): Promise<Made> {
  const scene = await stage();
  const { github, byHand, open, declare, plan } = scene;
  for (const [login, role] of [
    ['alice', 'admin'],
    ['bob', 'write'],
    ['carol', 'maintain'],
    ['rita', 'read'],
    ['tom', 'triage'],
  ] as const) {
    github.state.collaborators.set(login, role);
  }
  byHand('finance', wider.finance);
  const { number } = open(declare(roles({ ...more, ...wider })), { author: 'alice' });
  const first = await plan(number);
  await between(scene, number);
  byHand('finance', begun);
  return { ...scene, number, first };
}

type Made = Stage & { readonly number: number; readonly first: Ran };

const approve = (author: string, state: State = 'APPROVED') => {
  return ({ github }: Stage, number: number) => {
    github.review({ pull: number, author, state });
  };
};

async function applied({ merge, apply, start, number }: Made, inputs: Readonly<Record<string, string>> = {}) {
  merge(number);
  return apply(start, { inputs });
}

describe('a plan that was made again after the approval', () => {
  it.each(['bob', 'carol'])('adds nothing to what %s has seen: it is held, and the run says why', async (who) => {
    const scene = await twoPlans(approve(who));
    await scene.plan(scene.number);
    const ran = await applied(scene);
    expect([scene.scopeOf('support'), scene.scopeOf('finance')]).toEqual([more.support, begun]);
    expect([ran.code, ran.outputs['held']]).toEqual([0, 'true']);
    expect(ran.warnings.join('\n')).toContain(`#${scene.number}: it was planned again after its approval`);
    expect(scene.comments(scene.number).at(-1)).toContain(
      `#### Counted as unreviewed\n\n- #${scene.number}: \`what was planned only after its approval\``,
    );
  });

  it.each<readonly [string, Parameters<typeof twoPlans>[0]]>([
    ['nobody approved', () => undefined],
    ['the author approved', approve('alice')],
    ['somebody approved who may only read', approve('rita')],
    ['somebody approved who may only sort issues', approve('tom')],
    ['a stranger approved', approve('nobody')],
    ['a bot approved', approve('github-actions[bot]')],
    ['somebody only commented', approve('bob', 'COMMENTED')],
    ['the approval was dismissed', approve('bob', 'DISMISSED')],
    [
      'somebody took the approval back',
      (scene, number) => {
        approve('bob')(scene, number);
        approve('bob', 'CHANGES_REQUESTED')(scene, number);
      },
    ],
  ])('counts where %s: there is nothing older that was approved', async (_what, between) => {
    const scene = await twoPlans(between);
    await scene.plan(scene.number);
    const ran = await applied(scene);
    expect([scene.scopeOf('support'), scene.scopeOf('finance')]).toEqual([more.support, wider.finance]);
    expect([ran.code, ran.outputs['held'], ran.warnings]).toEqual([0, 'false', []]);
  });

  it('counts where the same person approves again', async () => {
    const scene = await twoPlans(approve('bob'));
    await scene.plan(scene.number);
    approve('bob')(scene, scene.number);
    await applied(scene);
    expect([scene.scopeOf('support'), scene.scopeOf('finance')]).toEqual([more.support, wider.finance]);
  });

  it('does not count where only another person approves it: the first approval is for the first plan', async () => {
    const scene = await twoPlans(approve('bob'));
    await scene.plan(scene.number);
    approve('carol')(scene, scene.number);
    await applied(scene);
    expect([scene.scopeOf('support'), scene.scopeOf('finance')]).toEqual([more.support, begun]);
  });

  it('is not judged by an approval that came after the merge', async () => {
    const scene = await twoPlans(() => undefined);
    await scene.plan(scene.number);
    scene.merge(scene.number);
    approve('bob')(scene, scene.number);
    const ran = await scene.apply(scene.start, { inputs: { 'require-approval': 'true' } });
    expect([ran.outputs['held'], scene.scopeOf('support')]).toEqual(['true', ['read:accounts']]);
  });

  it('by running the same run again overwrites nothing: the plan of its first attempt is still there', async () => {
    const scene = await twoPlans(approve('bob'));
    const again = await scene.plan(scene.number, { runId: scene.first.runId });
    expect(again.outputs['artifact-name']).toBe(
      scene.first.outputs['artifact-name']?.replace(/-1$/, '-2') ?? 'the first has a name',
    );
    await applied(scene);
    expect([scene.scopeOf('support'), scene.scopeOf('finance')]).toEqual([more.support, begun]);
  });

  it('is none where it could not be shown', async () => {
    const { open, declare, plan, github } = await stage();
    const { number } = open(declare(roles(more)));
    // The comment is written when the run begins, and the plan put into it when it ends.
    github.refuseNext({ method: 'PATCH', path: /\/comments\//, times: 9, status: 403, message: 'locked' });
    const ran = await plan(number);
    expect([ran.code, ran.outputs['artifact-name']]).toEqual([1, undefined]);
  });
});

describe('an approval before there was any plan', () => {
  async function approvedFirst(): Promise<Stage & { readonly number: number }> {
    const scene = await stage();
    scene.github.state.collaborators.set('bob', 'write').set('carol', 'write');
    const { number } = scene.open(scene.declare(roles(more)));
    approve('bob')(scene, number);
    await scene.plan(number);
    return { ...scene, number };
  }

  it('approves nothing', async () => {
    const scene = await approvedFirst();
    scene.merge(scene.number);
    const ran = await scene.apply(scene.start);
    expect([ran.code, ran.outputs['held'], scene.scopeOf('support')]).toEqual([0, 'true', ['read:accounts']]);
    expect(ran.warnings.join('\n')).toContain('it was approved before its last commit had a plan');
  });

  it('takes nothing away from one that came afterwards', async () => {
    const scene = await approvedFirst();
    approve('carol')(scene, scene.number);
    scene.merge(scene.number);
    await scene.apply(scene.start);
    expect(scene.scopeOf('support')).toEqual(more.support);
  });
});

describe('require-approval', () => {
  const wanted = { 'require-approval': 'true' };

  it.each<readonly [string, Parameters<typeof twoPlans>[0]]>([
    ['nobody', () => undefined],
    ['the author alone', approve('alice')],
    ['somebody who may only read', approve('rita')],
    ['nobody any more', approve('bob', 'DISMISSED')],
    [
      'somebody who saw another commit',
      async (scene, number) => {
        approve('bob')(scene, number);
        scene.push(number, { 'README.md': 'one more commit\n' });
        await scene.plan(number);
      },
    ],
  ])('holds what %s approved', async (_who, between) => {
    const scene = await twoPlans(between);
    const ran = await applied(scene, wanted);
    expect([ran.code, ran.outputs['held'], scene.scopeOf('support')]).toEqual([0, 'true', ['read:accounts']]);
    expect(ran.warnings.join('\n')).toContain('its last commit has no valid approval');
  });

  it('lets through what somebody else has approved', async () => {
    const scene = await twoPlans(approve('bob'));
    await applied(scene, wanted);
    expect(scene.scopeOf('support')).toEqual(more.support);
  });
});

describe('a plan that is too long for the comment', () => {
  /** 70 new roles of 20 permissions each. */
  const many = Object.fromEntries(
    Array.from({ length: 70 }, (_, role) => [
      `role ${role}`,
      Array.from({ length: 20 }, (_, at) => `admin:${'x'.repeat(20)}${role}-${at}`),
    ]),
  );

  async function long(): Promise<Stage & { readonly number: number; readonly ran: Ran }> {
    const scene = await stage();
    scene.github.state.collaborators.set('bob', 'write').set('maria', 'maintain');
    const { number } = scene.open(scene.declare(roles({ ...many, ...more })), { author: 'alice' });
    const strict = { inputs: { 'require-approval': 'true' } };
    await scene.plan(number, strict);
    approve('bob')(scene, number);
    scene.merge(number);
    return { ...scene, number, ran: await scene.apply(scene.start, strict) };
  }

  it('says how to see the rest, and that it waits for the gate, which lets it through', async () => {
    const { comments, number, ran, run, scopeOf } = await long();
    const [plan = '', outcome = ''] = comments(number);
    expect(plan).toContain('**This comment does not show the whole plan');
    expect(plan).toContain('after the merge, this plan is held');
    expect([ran.code, ran.outputs['held'], scopeOf('support')]).toEqual([0, 'true', ['read:accounts']]);
    expect(ran.warnings.join('\n')).toContain('its plan did not fit in the comment');
    expect(outcome).toContain('read all of it: the summary of [this run]');
    expect(ran.summary).not.toContain('This comment does not show all of it');
    expect(ran.summary.length).toBeGreaterThan(65_536);
    const inputs = { digest: ran.outputs['digest'] ?? '', 'require-approval': 'true' };
    const released = await run({ mode: 'gate', event: 'workflow_dispatch', payload: {}, actor: 'maria', inputs });
    expect([released.code, scopeOf('support')]).toEqual([0, more.support]);
  });

  it('counts as approved where no approval is required', async () => {
    const scene = await stage();
    const { number } = scene.open(scene.declare(roles({ ...many, ...more })));
    await scene.plan(number);
    scene.merge(number);
    await scene.apply(scene.start);
    expect(scene.scopeOf('support')).toEqual(more.support);
  });
});

describe('the age of a plan', () => {
  const day = 86_400_000;

  it.each([
    [29, {}, more.support],
    [31, {}, ['read:accounts']],
    [31, { 'max-plan-age': '40d' }, more.support],
    [1, { 'max-plan-age': '12h' }, ['read:accounts']],
  ])('of %d days at the merge, with %o: what is live is then %o', async (days, inputs, live) => {
    const scene = await stage();
    const { number } = scene.open(scene.declare(roles(more)));
    await scene.plan(number);
    scene.github.state.clock += days * day;
    scene.merge(number);
    const ran = await scene.apply(scene.start, { inputs });
    const isHeld = live.length === 1;
    expect([ran.code, ran.outputs['held'], scene.scopeOf('support')]).toEqual([0, String(isHeld), live]);
    expect(ran.warnings.join('\n').includes(`#${number}: its plan was made ${days} days before the merge`)).toBe(
      isHeld,
    );
  });

  it('does not grow after the merge, neither where no run came nor where one could not do it', async () => {
    const scene = await stage();
    const { number } = scene.open(scene.declare(roles(more)));
    await scene.plan(number);
    scene.merge(number);
    scene.github.state.clock += 40 * day;
    scene.mayWrite(false);
    expect((await scene.apply(scene.start)).code).toBe(1);
    const between = scene.tip();
    scene.pushMain({ 'README.md': 'other\n' });
    scene.github.state.clock += 40 * day;
    scene.mayWrite(true);
    expect((await scene.apply(between)).code).toBe(0);
    expect(scene.scopeOf('support')).toEqual(more.support);
  });
});

describe('where to look for plans', () => {
  const names = { description: 'ok', context: 'rolesync/plan', creator: 'mallory' } as const;

  function status({ github }: Stage, sha: string, target_url: string): void {
    const { state } = github;
    state.statuses.push({
      ...{ ...names, id: state.statuses.length, sha, state: 'success', target_url, created_at: '2026-01-01T00:00:00Z' },
    });
  }

  const runs = 'https://github.com/acme/roles/actions/runs';

  it('is what statuses of the commit say, and one that anybody set neither hides nor stops a plan', async () => {
    const scene = await twoPlans(approve('bob'));
    const { sha } = scene.github.state.pulls[0]?.head ?? { sha: '' };
    const other = scene.github.addRun({ event: 'push', path: applyWorkflow, head_sha: sha });
    for (const id of [1, other.id]) status(scene, sha, `${runs}/${id}`);
    status(scene, sha, 'https://example.com/nothing');
    await applied(scene);
    expect(scene.scopeOf('support')).toEqual(more.support);
  });

  it('is given up where more runs are named than can be looked at', async () => {
    const scene = await twoPlans(approve('bob'));
    const { sha } = scene.github.state.pulls[0]?.head ?? { sha: '' };
    for (let id = 1; id <= 101; id += 1) status(scene, sha, `${runs}/${id}`);
    const ran = await applied(scene);
    expect([ran.outputs['held'], scene.scopeOf('support')]).toEqual(['true', ['read:accounts']]);
  });

  it('cannot be told without `statuses: read`: red, the message names permissions, and the next run looks again', async () => {
    const scene = await twoPlans(approve('bob'));
    scene.merge(scene.number);
    const { start, apply, tip } = scene;
    const permissions = { actions: 'read', contents: 'read', pull_requests: 'write' } as const;
    const ran = await apply(start, { permissions });
    expect([ran.code, ran.outputs['artifact-name'], scene.scopeOf('support')]).toEqual([
      1,
      undefined,
      ['read:accounts'],
    ]);
    expect(ran.errors.join('\n')).toMatch(/reading the statuses of a commit failed with 403.*`permissions` of the job/);
    const between = tip();
    scene.pushMain({ 'README.md': 'other\n' });
    await apply(between);
    expect(scene.scopeOf('support')).toEqual(more.support);
  });
});

describe('an approval that stands', () => {
  const pull = { number: 5, head: 'a'.repeat(40), author: 'Alice', mergedAt: '2026-01-01T10:00:00Z' };
  const review = { login: 'bob', state: 'APPROVED', commit: pull.head, at: '2026-01-01T09:00:00Z' };

  it('is the last word of each person, oldest first', () => {
    const later = { ...review, login: 'carol', at: '2026-01-01T09:30:00Z' };
    const again = { ...review, at: '2026-01-01T09:40:00Z' };
    expect(standing([later, review, again], pull)).toEqual([later, again]);
  });

  it.each([
    ['of the author, however spelt', { login: 'alice' }],
    ['of an account that is gone', { login: '' }],
    ['of another commit', { commit: 'b'.repeat(40) }],
    ['that is not submitted', { state: 'PENDING', at: '' }],
    ['of the second of the merge', { at: pull.mergedAt }],
  ])('is none %s', (_what, other) => {
    expect(standing([{ ...review, ...other }], pull)).toEqual([]);
  });
});
