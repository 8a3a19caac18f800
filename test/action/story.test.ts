/** The whole way of one change: from an open pull request to live, changed by hand, noticed, and repaired. */
import { strFromU8, unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { roles, stage } from './stage.ts';
import type { RunOptions } from './support.ts';

const wanted = { support: ['read:accounts', 'read:checkout'] };
const nightly: RunOptions = { mode: 'drift', event: 'schedule', payload: {} };
const reviewed = '<!-- rolesync:plan -->';
const applied = '<!-- rolesync:apply -->';

it('leads from a pull request to live, notices what is changed by hand, and repairs it', async () => {
  const scene = await stage();
  const { open, push, plan, merge, apply, run, comments, statuses, byHand, scopeOf, github, declare, tip } = scene;
  const comment = (number: number, marker: string) => comments(number).filter((body) => body.startsWith(marker));
  const { state } = github;
  await apply(scene.start);
  scene.writes();

  // alice opens a pull request that grants too much; its plan stands in one comment.
  const { number } = open(declare(roles({ support: ['read:accounts', 'admin:accounts'] })), { author: 'alice' });
  expect((await plan(number)).code).toBe(0);
  expect(comment(number, reviewed)).toEqual([expect.stringContaining('`admin:accounts`')]);

  // bob asks for less, alice pushes again: the same comment shows the new plan.
  github.review({ pull: number, author: 'bob', state: 'CHANGES_REQUESTED' });
  const { head } = push(number, declare(roles(wanted)));
  expect((await plan(number)).code).toBe(0);
  const [text = ''] = comment(number, reviewed);
  expect(comment(number, reviewed)).toHaveLength(1);
  expect([text.includes('`read:checkout`'), text.includes('`admin:accounts`'), text.includes(head.sha)]).toEqual([
    true,
    false,
    true,
  ]);
  expect(statuses(head.sha).at(-1)).toContain('success');
  expect(state.artifacts.filter(({ name }) => name.startsWith(`rolesync-plan-${number}-${head.sha}-`))).toHaveLength(1);
  expect(scene.writes()).toEqual([]);

  // bob approves, alice merges: nobody copies anything, and what was reviewed is live.
  github.review({ pull: number, author: 'bob', state: 'APPROVED' });
  merge(number);
  const done = await apply(scene.start);
  expect([done.code, done.errors, done.outputs['held'], scene.writes()]).toEqual([0, [], 'false', ['PUT id-support']]);
  expect(scopeOf('support')).toEqual(wanted.support);
  expect(comment(number, applied)).toEqual([expect.stringContaining('### Applied: 1 done')]);

  // Somebody grants by hand: the night run opens an issue that names role and permission, and writes nothing.
  byHand('finance', ['admin:accounts', 'read:receipts']);
  const night = await run(nightly);
  expect([night.code, night.outputs['drift'], night.outputs['pending'], scene.writes()]).toEqual([0, '1', '0', []]);
  const [issue] = state.issues;
  expect([state.issues.length, issue?.state, issue?.body]).toEqual([1, 'open', expect.stringContaining('`finance`')]);
  expect(issue?.body).toContain('`admin:accounts`');

  // Another change is merged meanwhile: it goes, the drift is held, green, with the digest of what would undo it.
  const before = tip();
  const other = open(declare(roles({ ...wanted, audit: ['read:hooks', 'read:orders'] })), { author: 'alice' });
  await plan(other.number);
  expect(comment(other.number, reviewed).join('')).toContain('#### Drift: ');
  merge(other.number);
  const held = await apply(before);
  expect([held.code, held.outputs['held'], scene.writes()]).toEqual([0, 'true', ['PUT id-audit']]);
  const digest = held.outputs['digest'] ?? '';
  expect(comment(other.number, applied).join('')).toContain(`Digest \`${digest}\``);

  // maria, who maintains and wrote none of it, lets exactly that through.
  state.collaborators.set('maria', 'maintain');
  const gate: RunOptions = {
    mode: 'gate',
    event: 'workflow_dispatch',
    payload: {},
    actor: 'maria',
    inputs: { digest },
  };
  const repair = await run(gate);
  scene.upload(repair);
  expect([repair.code, repair.errors, scene.writes()]).toEqual([0, [], ['PUT id-finance']]);
  expect(scopeOf('finance')).toEqual(['read:receipts']);

  // The next night is clean: the issue is closed with a last word, and nothing differs any more.
  const clean = await run(nightly);
  expect([clean.code, clean.outputs['drift'], issue?.state, state.issues.length]).toEqual([0, '0', 'closed', 1]);
  expect(comments(issue?.number ?? 0)).toEqual([expect.stringContaining('Clean again')]);

  // No secret stands anywhere that GitHub keeps.
  const kept = JSON.stringify([state.comments, state.issues, state.statuses, [done, night, held, repair, clean]]);
  const files = state.artifacts
    .flatMap(({ zip }) => Object.values(unzipSync(zip)).map((bytes) => strFromU8(bytes)))
    .join('');
  expect(files).toContain('read:checkout');
  for (const secret of [scene.remote.environment['DINTERO_CLIENT_SECRET'] ?? '', ...tokens(state.tokens)]) {
    expect(secret).not.toBe('');
    expect(withoutMasks(kept).includes(secret) || files.includes(secret)).toBe(false);
  }
});

function tokens(known: ReadonlyMap<string, unknown>): readonly string[] {
  return [...known.keys()];
}

/** What the runner was told to hide is not what it shows. */
function withoutMasks(text: string): string {
  return text.replace(/"secrets":\[[^\]]*\]/g, '');
}
