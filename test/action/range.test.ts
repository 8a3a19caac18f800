/** Which commits a run answers for, asked of a real repository. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createGit } from '../../src/action/github/git.ts';
import { commitsBetween, needHistory, oldest } from '../../src/action/github/range.ts';
import { isCommitId } from '../../src/action/untrusted-json.ts';
import { createOrigin } from '../github/repository.ts';

function world() {
  const origin = createOrigin();
  onTestFinished(() => origin.remove());
  const first = origin.commit({ a: '1' });
  origin.push();
  const at = (workspace: string) =>
    createGit({ workspace, serverUrl: 'https://github.com', token: '' }, { PATH: process.env['PATH'] ?? '' });
  return { origin, first, at, git: at(origin.clone) };
}

describe('the commits between two', () => {
  it('are those that the branch got, newest first, with those of a merged branch', () => {
    const { origin, first, git } = world();
    const change = origin.commit({ b: '1' }, { branch: 'change' });
    const { sha } = origin.merge('change', { how: 'merge', number: 1 });
    expect(commitsBetween(first, sha, git)).toEqual({ commits: [sha, change], cut: false });
    expect(commitsBetween(sha, sha, git).commits).toEqual([]);
    expect(commitsBetween(undefined, sha, git).commits).toEqual([sha]);
  });

  it('are cut where they are too many, and that is said', () => {
    const { origin, first, git } = world();
    const tree = origin.git('rev-parse', 'HEAD^{tree}');
    let tip = first;
    for (let at = 0; at < 251; at += 1) tip = origin.git('commit-tree', tree, '-p', tip, '-m', String(at));
    const { commits, cut } = commitsBetween(first, tip, git);
    expect([commits.length, commits[0], cut]).toEqual([250, tip, true]);
  });
});

describe('the oldest of candidates', () => {
  it('is what all others come from; strangers and nonsense do not count', () => {
    const { origin, first, git } = world();
    const second = origin.commit({ a: '2' });
    const third = origin.commit({ a: '3' });
    const aside = origin.commit({ b: '1' }, { branch: 'aside', from: first });
    expect(oldest([third, second, aside, 'f'.repeat(40), 'main', '0'.repeat(40), null, 7], third, git)).toBe(second);
    expect(oldest([aside], third, git)).toBeUndefined();
    expect(oldest([], third, git)).toBeUndefined();
  });
});

describe('an id of a commit', () => {
  it.each([
    ['a'.repeat(40), true],
    ['a'.repeat(64), true],
    ['0'.repeat(40), false],
    ['a'.repeat(41), false],
    ['--all', false],
    [`${'a'.repeat(40)}\n`, false],
  ])('%j: %s', (text, is) => {
    expect(isCommitId(text)).toBe(is);
  });
});

describe('a clone without history', () => {
  it('is refused with what to set, a whole one is not', () => {
    const { origin, at, git } = world();
    origin.commit({ a: '2' });
    origin.push();
    const home = mkdtempSync(join(tmpdir(), 'rolesync-shallow-'));
    onTestFinished(() => rmSync(home, { recursive: true, force: true }));
    execFileSync('git', ['clone', '--quiet', '--depth=1', `file://${origin.origin}`, join(home, 'it')], {
      stdio: 'pipe',
    });
    expect(() => needHistory(at(join(home, 'it')))).toThrow('fetch-depth: 0');
    expect(() => needHistory(git)).not.toThrow();
  });
});
