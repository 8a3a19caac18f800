/** One issue that tells why live roles differ: changed by hand, pending, or merged without a review. */
import { describe, expect, it } from 'vitest';
import { roles, type Stage, stage } from './stage.ts';
import type { RunOptions } from './support.ts';

const more = { support: ['read:accounts', 'read:checkout'] };
const nightly: RunOptions = { mode: 'drift', event: 'schedule', payload: {} };

function issues({ github }: Stage) {
  return github.state.issues.filter(({ author }) => author === 'github-actions[bot]');
}

/** The part of an issue under a heading. */
function under(body: string | null | undefined, heading: string): string {
  return (body ?? '').split('#### ').find((part) => part.startsWith(heading)) ?? '';
}

/** The first run of apply, at which everything is as declared. */
async function settled(): Promise<Stage> {
  const scene = await stage();
  await scene.apply(scene.start);
  return scene;
}

describe('drift', () => {
  it('opens no issue where everything is as declared', async () => {
    const scene = await settled();
    const ran = await scene.run(nightly);
    expect([ran.code, scene.github.state.issues, ran.outputs['drift']]).toEqual([0, [], '0']);
  });

  it('opens one issue, updates it in place, closes it when clean, and opens the same one again', async () => {
    const scene = await settled();
    const { run, byHand, github } = scene;
    byHand('finance', ['admin:accounts', 'read:receipts']);
    const ran = await run(nightly);
    expect([ran.code, ran.outputs['drift'], issues(scene).length]).toEqual([0, '1', 1]);
    const [issue] = issues(scene);
    expect(under(issue?.body, 'Drift: changed by hand')).toContain('`finance`: has ');
    expect(issue?.body).toContain('`admin:accounts`');
    byHand('audit', []);
    await run(nightly);
    expect(issues(scene)).toHaveLength(1);
    expect(under(issue?.body, 'Drift: changed by hand')).toContain('`audit`: lacks `read:hooks`');
    byHand('finance', ['read:receipts']);
    byHand('audit', ['read:hooks']);
    await run(nightly);
    expect([issue?.state, issues(scene).length]).toEqual(['closed', 1]);
    expect(github.state.comments.filter((one) => one.issue === issue?.number).map(({ body }) => body)).toEqual([
      expect.stringContaining('Clean again'),
    ]);
    await run(nightly);
    expect(github.state.comments.filter((one) => one.issue === issue?.number)).toHaveLength(1);
    byHand('audit', []);
    await run(nightly);
    expect([issue?.state, issues(scene).length]).toEqual(['open', 1]);
  });

  it('tells apart what was changed by hand, what is pending, and what nobody reviewed', async () => {
    const scene = await settled();
    const { run, byHand, open, plan, merge, declare, pushMain } = scene;
    const a = open(declare(roles(more)));
    await plan(a.number);
    merge(a.number);
    pushMain(declare(roles({ ...more, audit: ['read:hooks', 'admin:hooks'] })));
    byHand('finance', ['admin:accounts', 'read:receipts']);
    const ran = await run(nightly);
    expect([ran.outputs['drift'], ran.outputs['pending'], ran.outputs['unapproved']]).toEqual(['1', '1', '1']);
    const [issue] = issues(scene);
    expect(under(issue?.body, 'Drift')).toContain('`finance`');
    expect(under(issue?.body, 'Pending')).toContain(`\`support\`: lacks \`read:checkout\``);
    expect(under(issue?.body, 'Pending')).toContain(`from #${a.number}`);
    expect(under(issue?.body, 'Unapproved')).toContain('`audit`: lacks');
  });

  it('calls what an apply could not do pending, not drift', async () => {
    const scene = await settled();
    const { run, open, plan, merge, declare, apply, mayWrite, start } = scene;
    const { number } = open(declare(roles(more)));
    await plan(number);
    merge(number);
    mayWrite(false);
    await apply(start);
    const ran = await run(nightly);
    expect([ran.outputs['drift'], ran.outputs['pending'], ran.outputs['unapproved']]).toEqual(['0', '1', '0']);
  });

  it('knows what was applied and changed by hand afterwards, while something else waits unapproved', async () => {
    const scene = await settled();
    const { run, open, plan, merge, declare, apply, pushMain, start, tip, byHand } = scene;
    pushMain(declare(roles({ audit: ['read:hooks', 'admin:hooks'] })));
    await apply(start);
    const between = tip();
    const { number } = open(declare(roles({ ...more, audit: ['read:hooks', 'admin:hooks'] })));
    await plan(number);
    merge(number);
    await apply(between);
    byHand('support', ['read:accounts']);
    const ran = await run(nightly);
    expect([ran.outputs['drift'], ran.outputs['pending'], ran.outputs['unapproved']]).toEqual(['1', '0', '1']);
  });

  it('leaves an issue of somebody else with the same marker and label alone', async () => {
    const scene = await settled();
    const { run, byHand, github } = scene;
    const foreign = github.addIssue({
      author: 'mallory',
      title: 'mine',
      body: '<!-- rolesync:drift -->\nmine',
      labels: ['rolesync-drift'],
    });
    byHand('finance', []);
    await run(nightly);
    expect([foreign.body, foreign.state, issues(scene).length]).toEqual(['<!-- rolesync:drift -->\nmine', 'open', 1]);
    byHand('finance', ['read:receipts']);
    await run(nightly);
    expect([foreign.state, issues(scene)[0]?.state]).toEqual(['open', 'closed']);
  });

  it('is red where a target cannot be read, and does not close the issue for that', async () => {
    const scene = await settled();
    const { run, byHand } = scene;
    byHand('finance', []);
    await run(nightly);
    const ran = await run({ ...nightly, environment: { DINTERO_CLIENT_SECRET: 'another-secret' } });
    expect([ran.code, issues(scene)[0]?.state]).toEqual([1, 'open']);
  });

  it('writes nothing to the provider, and works with an identity that may only read', async () => {
    const scene = await settled();
    const { run, byHand, mayWrite, writes } = scene;
    byHand('finance', []);
    mayWrite(false);
    writes();
    const ran = await run(nightly);
    expect([ran.code, writes()]).toEqual([0, []]);
  });
});
