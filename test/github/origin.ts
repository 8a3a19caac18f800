/** Reads commits and branches of a bare git repository into the state, so that both tell one story. It writes nothing there. */
import { execFileSync } from 'node:child_process';
import type { Branch, Commit, GitHubState } from './state.ts';

/** Returns a function that reads again, if a ref moved since the last time. */
export function follow(folder: string, state: GitHubState): () => void {
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['--git-dir', folder, ...args], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] ?? '', HOME: folder, GIT_CONFIG_NOSYSTEM: '1' },
      maxBuffer: 64 * 1024 * 1024,
      stdio: 'pipe',
    });
  let seen = '';
  return () => {
    const refs = git('for-each-ref', '--format=%(objectname) %(refname)');
    if (refs === seen) return;
    seen = refs;
    for (const commit of parse(git('log', '--all', `--format=${format}`))) state.commits.set(commit.sha, commit);
    const heads = [...refs.matchAll(/^(\S+) refs\/heads\/(.+)$/gm)].map(([, sha = '', name = '']) => ({ sha, name }));
    state.testMerges.clear();
    for (const [, , number] of refs.matchAll(/^(\S+) refs\/pull\/(\d+)\/head$/gm)) {
      state.testMerges.set(Number(number), null);
    }
    for (const [, sha = '', number] of refs.matchAll(/^(\S+) refs\/pull\/(\d+)\/merge$/gm)) {
      state.testMerges.set(Number(number), sha);
    }
    const before = new Map<string, Branch>(state.branches);
    state.branches.clear();
    for (const { sha, name } of heads) {
      state.branches.set(name, { sha, protected: before.get(name)?.protected ?? false });
    }
  };
}

const format = '%H%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B%x1e';

function parse(log: string): readonly Commit[] {
  return log
    .split('\x1e')
    .map((entry) => entry.replace(/^\n/, '').split('\x00'))
    .filter(([sha = '']) => sha !== '')
    .map(([sha = '', parents = '', an = '', ae = '', ad = '', cn = '', ce = '', cd = '', message = '']) => ({
      sha,
      parents: parents.split(' ').filter((parent) => parent !== ''),
      message: message.trimEnd(),
      author: { name: an, email: ae, date: utc(ad) },
      committer: { name: cn, email: ce, date: utc(cd) },
    }));
}

function utc(date: string): string {
  return new Date(date).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
