import { afterAll, describe, expect, it } from 'vitest';
import { Failure } from '../../src/core/failure.ts';
import { gitSource, resolveRev } from '../../src/files/git.ts';
import { dintero } from '../config/memory.ts';
import { environmentOf, recorded, removeTemporary, repository, temporary } from './git-repository.ts';

afterAll(removeTemporary);

function failureOf(action: () => unknown): Failure {
  try {
    action();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('resolveRev', () => {
  it('gives the whole id of what a branch, a tag, a short id or a path through history means', () => {
    const repo = repository();
    const first = repo.commit({ a: '1' });
    repo.git('tag', '--annotate', '--message', 'x', 'v1');
    repo.git('branch', 'feature/x');
    const second = repo.commit({ a: '2' });
    for (const rev of ['v1', 'feature/x', 'HEAD~1', first.slice(0, 10), first, 'refs/heads/feature/x']) {
      expect(resolveRev(rev, repo.options)).toBe(first);
    }
    expect(resolveRev('main', repo.options)).toBe(second);
  });

  it('knows repositories with longer ids', () => {
    const folder = temporary();
    repository().git('init', '--quiet', '--object-format=sha256', folder);
    const repo = repository(folder);
    const commit = repo.commit({ 'roles/a.yaml': dintero });
    expect(commit).toHaveLength(64);
    expect(resolveRev('HEAD', repo.options)).toBe(commit);
    const source = gitSource('HEAD', repo.options);
    expect(Buffer.from(source.read('roles/a.yaml', 1000)).toString()).toBe(dintero);
  });

  it.each(['', '-h', '--all', '--output=x', 'a\nb', 'a\0b', ' main'])(
    'takes %j for no revision, and asks git nothing',
    (rev) => {
      const { calls, run } = recorded();
      const { code, message } = failureOf(() => resolveRev(rev, { ...repository().options, run }));
      expect([code, message]).toEqual(['config', expect.stringMatching(/is not a revision/)]);
      expect(calls).toEqual([]);
    },
  );

  it.each(['nope', 'main..HEAD', 'HEAD:a', '0123456789012345678901234567890123456789', '^main', '@{-9}'])(
    'says that there is no revision %s',
    (rev) => {
      const repo = repository();
      repo.commit({ a: '1' });
      const { code, message } = failureOf(() => resolveRev(rev, repo.options));
      expect([code, message]).toEqual(['config', expect.stringContaining(`there is no revision \`${rev}\``)]);
    },
  );

  it('says that a clone is shallow, and what to do', () => {
    const origin = repository();
    const first = origin.commit({ a: '1' });
    origin.commit({ a: '2' });
    const clone = repository();
    clone.git('remote', 'add', 'origin', `file://${origin.folder}`);
    clone.git('fetch', '--quiet', '--depth=1', 'origin', 'main:main2');
    for (const rev of [first, 'main2~1', 'origin/release']) {
      expect(failureOf(() => resolveRev(rev, clone.options)).message).toMatch(/shallow.*fetch-depth: 0/);
    }
  });

  it('proposes the branch of the remote where only that is there', () => {
    const origin = repository();
    const commit = origin.commit({ a: '1' });
    const clone = repository();
    clone.git('remote', 'add', 'origin', `file://${origin.folder}`);
    clone.git('fetch', '--quiet', 'origin');
    expect(resolveRev('origin/main', clone.options)).toBe(commit);
    expect(failureOf(() => resolveRev('main', clone.options)).message).toMatch(/Did you mean `origin\/main`\?/);
  });

  it('refuses a name that is both a branch and a tag: whoever pushes tags would choose', () => {
    const repo = repository();
    const first = repo.commit({ a: '1' });
    repo.git('tag', 'main');
    repo.commit({ a: '2' });
    expect(failureOf(() => resolveRev('main', repo.options)).message).toMatch(/refs\/heads\/main/);
    expect(resolveRev('refs/tags/main', repo.options)).toBe(first);
  });

  it('says that there is no repository, and that there is no git', () => {
    const folder = temporary();
    const environment = environmentOf(folder);
    expect(failureOf(() => resolveRev('HEAD', { cwd: folder, environment })).message).toMatch(
      /not in a git repository/,
    );
    const none = failureOf(() => resolveRev('HEAD', { cwd: folder, environment: { ...environment, PATH: folder } }));
    expect([none.code, none.message]).toEqual(['config', expect.stringMatching(/git, which is not installed/)]);
  });
});
