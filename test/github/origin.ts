/** Reads commits and branches of a git repository into the state, so that both tell one story. It writes nothing there. */
import { execFileSync } from 'node:child_process';
import type { Branch, Commit, GitHubState } from './state.ts';

/** A repository that says itself what it holds. */
export interface Followed {
  /** Commits by the full name of the ref. */
  readonly refs: () => ReadonlyMap<string, string>;
  readonly commits: () => ReadonlyMap<string, Commit>;
}

/** Returns a function that reads again, if a ref moved since the last time. `origin`: or the folder of a bare repository. */
export function follow(origin: string | Followed, state: GitHubState): () => void {
  const followed = typeof origin === 'string' ? followFolder(origin) : origin;
  let seen = '';
  return () => {
    const refs = followed.refs();
    const now = JSON.stringify([...refs]);
    if (now === seen) return;
    seen = now;
    for (const [sha, commit] of followed.commits()) state.commits.set(sha, commit);
    state.testMerges.clear();
    const before = new Map<string, Branch>(state.branches);
    state.branches.clear();
    for (const [ref, sha] of refs) {
      const [, number, side] = /^refs\/pull\/(\d+)\/(head|merge)$/.exec(ref) ?? [];
      if (side === 'merge') state.testMerges.set(Number(number), sha);
      if (side === 'head' && !state.testMerges.has(Number(number))) state.testMerges.set(Number(number), null);
      const name = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
      if (name !== undefined) state.branches.set(name, { sha, protected: before.get(name)?.protected ?? false });
    }
  };
}

function followFolder(folder: string): Followed {
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['--git-dir', folder, ...args], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] ?? '', HOME: folder, GIT_CONFIG_NOSYSTEM: '1' },
      maxBuffer: 64 * 1024 * 1024,
      stdio: 'pipe',
    });
  return {
    refs: () => {
      const lines = git('for-each-ref', '--format=%(objectname) %(refname)');
      return new Map([...lines.matchAll(/^(\S+) (.+)$/gm)].map(([, sha = '', ref = '']) => [ref, sha]));
    },
    commits: () => new Map(parse(git('log', '--all', `--format=${format}`)).map((commit) => [commit.sha, commit])),
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
