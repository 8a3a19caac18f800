/** What counts as evidence, over plain data: the run that left an artifact decides, never the artifact's name. */
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { largestArchive, unpack } from '../../src/action/github/archive.ts';
import type { Artifact, WorkflowRun } from '../../src/action/github/artifacts.ts';
import {
  faultInAbout,
  faultInHandoffRun,
  faultInPlanRun,
  isCalledPlan,
  newestHandoff,
  planName,
  planThatCounts,
  type Rules,
} from '../../src/action/review/evidence.ts';
import { parseHandoff } from '../../src/action/review/handoff.ts';
import { zipOf } from '../github/github.ts';

const head = 'a'.repeat(40);
const commit = 'c'.repeat(40);
const pull = { number: 5, head, mergedAt: '2026-01-01T10:00:00Z', author: 'alice' };
const rules: Rules = {
  repository: 'acme/roles',
  defaultBranch: 'main',
  planWorkflow: '.github/workflows/roles-plan.yml',
  applyWorkflow: '.github/workflows/roles-apply.yml',
  requireApproval: false,
  maxPlanAge: 30 * 86_400_000,
};
const run: WorkflowRun = {
  id: 7,
  event: 'pull_request_target',
  path: rules.planWorkflow,
  headBranch: 'change',
  headSha: head,
  repository: 'acme/roles',
  headRepository: 'acme/roles',
  createdAt: '2026-01-01T09:00:00Z',
};
const pushed: WorkflowRun = {
  ...run,
  event: 'push',
  path: rules.applyWorkflow,
  headBranch: 'main',
  headSha: commit,
};
const artifact: Artifact = {
  id: 1,
  name: planName(pull, 7, 1),
  expired: false,
  createdAt: '2026-01-01T09:30:00Z',
  size: 10,
  runId: 7,
};

describe('the plan of a pull request that counts', () => {
  const later = { ...artifact, id: 2, createdAt: '2026-01-01T09:40:00Z' };
  const late = { ...artifact, id: 3, createdAt: '2026-01-01T10:00:01Z' };
  const plans = [artifact, late, later];
  const counting = (approvals: readonly string[], requireApproval = false) =>
    planThatCounts(plans, pull, approvals, { requireApproval });

  it('is the newest before the merge where nobody approved', () => {
    expect(counting([])).toEqual({ artifact: later, remade: false });
  });

  it('is the newest before the first approval that has one before it', () => {
    expect(counting(['2026-01-01T09:35:00Z', '2026-01-01T09:50:00Z'])).toEqual({ artifact, remade: true });
    expect(counting(['2026-01-01T09:00:00Z', '2026-01-01T09:50:00Z'])).toEqual({ artifact: later, remade: false });
  });

  it('is not one of the very second of the approval', () => {
    expect(counting([later.createdAt])).toEqual({ artifact, remade: true });
  });

  it('is none where an approval is required and nobody gave one, or each came before any plan', () => {
    expect(counting([], true)).toContain('its last commit has no valid approval');
    expect(counting(['2026-01-01T09:00:00Z'])).toContain('approved before its last commit had a plan');
  });

  it('is not an older one where the one that was seen has expired', () => {
    expect(planThatCounts([artifact, { ...later, expired: true }], pull, [], rules)).toContain('has expired');
  });

  it.each([
    ['there are none', [], 'its last commit has no plan'],
    ['they were made at the moment of the merge', [{ ...artifact, createdAt: pull.mergedAt }], 'after the merge'],
    ['nobody says when they were made', [{ ...artifact, createdAt: '' }], 'after the merge'],
    ['they have expired', [{ ...artifact, expired: true }], 'has expired'],
  ])('is none where %s', (_what, artifacts, why) => {
    expect(planThatCounts(artifacts, pull, [], rules)).toContain(why);
  });
});

describe('the name of a plan', () => {
  it('is one for every attempt of every run', () => {
    expect(planName(pull, 7, 2)).toBe(`rolesync-plan-5-${head}-7-2`);
    expect(isCalledPlan({ ...artifact, name: planName(pull, 7, 12) }, pull)).toBe(true);
  });

  it.each([
    ['another run', planName(pull, 8, 1)],
    ['another commit', planName({ number: 5, head: commit }, 7, 1)],
    ['another pull request', planName({ number: 15, head }, 7, 1)],
    ['no attempt', `rolesync-plan-5-${head}-7`],
    ['something more', `${planName(pull, 7, 1)}-x`],
  ])('is none with %s', (_what, name) => {
    expect(isCalledPlan({ ...artifact, name }, pull)).toBe(false);
  });
});

describe('the run that left a plan', () => {
  it('is the plan workflow, on pull_request_target, in this repository', () => {
    expect(faultInPlanRun(run, rules)).toBeUndefined();
  });

  it.each([
    { event: 'pull_request' },
    { event: 'push' },
    { event: 'workflow_dispatch' },
    { path: rules.applyWorkflow },
    { path: `evil/${rules.planWorkflow}` },
    { path: rules.planWorkflow.toUpperCase() },
    { repository: 'mallory/roles' },
    { headRepository: 'mallory/roles' },
    { headRepository: '' },
  ])('is not believed with %o', (forged) => {
    expect(faultInPlanRun({ ...run, ...forged }, rules)).toBeDefined();
  });
});

describe('the run that handed on what is open', () => {
  it.each(['push', 'workflow_dispatch'])('is the apply workflow on the default branch (%s)', (event) => {
    expect(faultInHandoffRun({ ...pushed, event }, rules)).toBeUndefined();
  });

  it.each([
    { event: 'pull_request_target' },
    { event: 'schedule' },
    { path: rules.planWorkflow },
    { headBranch: 'evil' },
    { headBranch: '' },
    { repository: 'mallory/roles' },
    { headRepository: 'mallory/roles' },
    { headSha: 'main' },
  ])('is not believed with %o', (forged) => {
    expect(faultInHandoffRun({ ...pushed, ...forged }, rules)).toBeDefined();
  });

  it('leaves it under the name of its own commit, and the newest counts', () => {
    const open = { ...artifact, name: `rolesync-open-${commit}` };
    const runs = new Map([[7, pushed]]);
    expect(newestHandoff([{ ...open, id: 3 }, open], runs)?.id).toBe(3);
    expect(newestHandoff([{ ...open, expired: true }], runs)).toBeUndefined();
    expect(newestHandoff([{ ...open, name: `rolesync-open-${head}` }], runs)).toBeUndefined();
    expect(newestHandoff([{ ...open, runId: 8 }], runs)).toBeUndefined();
    expect(newestHandoff([{ ...open, runId: undefined }], runs)).toBeUndefined();
  });
});

describe('about.json', () => {
  const about = {
    ...{ formatVersion: 2, repository: 'acme/roles', pull: 5, head, base: commit, merge: commit, run: 7, attempt: 1 },
    at: '2026-01-01T09:30:00.000Z',
    cut: false,
  };

  it('names the repository, the pull request and its last commit', () => {
    expect(faultInAbout(JSON.stringify(about), pull, rules)).toBeUndefined();
  });

  it.each([
    ['another pull request', { ...about, pull: 6 }],
    ['another head', { ...about, head: commit }],
    ['another repository', { ...about, repository: 'acme/other' }],
    ['another format', { ...about, formatVersion: 1 }],
    ['a number as text', { ...about, pull: '5' }],
    ['nothing about what was shown', { ...about, cut: undefined }],
    ['a field too many', { ...about, approved: true }],
    ['a list', [about]],
    ['nothing', null],
  ])('is no evidence with %s', (_what, value) => {
    expect(faultInAbout(JSON.stringify(value), pull, rules)).toContain('its plan');
  });

  it('is no evidence of a plan that nobody could see whole, where an approval is required', () => {
    const text = JSON.stringify({ ...about, cut: true });
    expect(faultInAbout(text, pull, rules)).toBeUndefined();
    expect(faultInAbout(text, pull, { ...rules, requireApproval: true })).toContain('did not fit in the comment');
  });

  it.each([undefined, '', '{', '{"__proto__":{}}'])('is no evidence where it is %s', (text) => {
    expect(faultInAbout(text, pull, rules)).toContain('its plan');
  });
});

describe('open.json', () => {
  const plan = { pull: 5, head, file: `5-${head}.json`, spent: ['["acme"]'] };
  const open = { formatVersion: 2, through: commit, settled: head, plans: [plan] };

  it('is read as it was written', () => {
    expect(parseHandoff(JSON.stringify(open))).toEqual(open);
  });

  it('is read in its first format where it hands on no plan', () => {
    const first = { ...open, formatVersion: 1, plans: [] };
    expect(parseHandoff(JSON.stringify(first))).toEqual({ ...open, plans: [] });
  });

  it.each([
    ['of another format', { ...open, formatVersion: 3 }],
    ['of the first format with a plan', { ...open, formatVersion: 1 }],
    ['that does not say what is spent', { ...open, plans: [{ ...plan, spent: undefined }] }],
    ['that calls spent what has no name', { ...open, plans: [{ ...plan, spent: [1] }] }],
    ['without a commit', { ...open, through: 'main' }],
    ['that was never there', { ...open, through: '0'.repeat(40) }],
    ['with a field too many', { ...open, approved: 'all' }],
    ['without plans', { ...open, plans: {} }],
    ['with a file elsewhere', { ...open, plans: [{ ...plan, file: '../../etc/passwd' }] }],
    ['with a file of another pull request', { ...open, plans: [{ ...plan, pull: 6 }] }],
    ['with a pull request that is no number', { ...open, plans: [{ ...plan, pull: 5.5, file: `5.5-${head}.json` }] }],
    ['with one plan twice', { ...open, plans: [plan, plan] }],
    ['that is a list', []],
  ])('is refused %s', (_what, value) => {
    expect(() => parseHandoff(JSON.stringify(value))).toThrow('is not what `apply` writes');
  });

  it.each(['', '{', 'null'])('is refused as %j', (text) => {
    expect(() => parseHandoff(text)).toThrow('is not what `apply` writes');
  });
});

describe('an archive', () => {
  it('gives its files by name', () => {
    expect([...unpack(zipOf({ 'plan.json': '{}', 'about.json': 'ä' }))]).toEqual([
      ['plan.json', '{}'],
      ['about.json', 'ä'],
    ]);
  });

  it.each(['../plan.json', '/plan.json', 'a/plan.json', '.hidden', 'a\\b', 'a b'])(
    'is refused with a file %j',
    (name) => {
      expect(() => unpack(zipOf({ [name]: '{}' }))).toThrow('unexpected name');
    },
  );

  it('is refused where it holds too many files, or too much', () => {
    const many = Object.fromEntries(Array.from({ length: 501 }, (_, at) => [`f${at}`, '']));
    expect(() => unpack(zipOf(many))).toThrow('too much');
    expect(() => unpack(zipOf({ bomb: '0'.repeat(129 * 1024 * 1024) }))).toThrow('too much');
    expect(largestArchive).toBeLessThan(129 * 1024 * 1024);
  });

  it('is refused where it says that a file is smaller than it is', () => {
    const zip = zipOf({ bomb: '0'.repeat(1_000_000) });
    const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
    const central = zip.length - 22 - 46 - 'bomb'.length;
    for (const at of [22, central + 24]) view.setUint32(at, 10, true);
    const sizes = () => [...unpack(zip).values()].map((text) => text.length);
    expect(attempt(sizes)).toSatisfy((seen: unknown) => seen === 'failed' || JSON.stringify(seen) === '[10]');
  });

  it.each([new Uint8Array(), new Uint8Array([80, 75, 3, 4]), new Uint8Array(100)])(
    'is refused where it is damaged',
    (zip) => {
      expect(() => unpack(zip)).toThrow('damaged');
    },
  );

  it('is refused where a file is not text', () => {
    expect(() => unpack(zipSync({ 'plan.json': new Uint8Array([0x7b, 0xff, 0x7d]) }))).toThrow('not text');
  });
});

function attempt(call: () => unknown): unknown {
  try {
    return call();
  } catch {
    return 'failed';
  }
}
