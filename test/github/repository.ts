/** A real git repository as GitHub keeps it: a bare origin with the refs of pull requests, and a working clone beside it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Paths and their text; null takes a file away. */
export type Files = Readonly<Record<string, string | null>>;

export interface CommitOptions {
  /** Made from where the clone is if it is not there; default: where the clone is. */
  readonly branch?: string;
  /** Where a new branch starts; default: the tip of the default branch. */
  readonly from?: string;
  readonly message?: string;
  readonly author?: string;
}

export interface MergeOptions {
  readonly how: 'merge' | 'squash' | 'rebase';
  /** For its refs and the messages that GitHub writes. */
  readonly number: number;
  /** Default: the default branch. */
  readonly into?: string;
}

export interface Origin {
  /** The bare repository. */
  readonly origin: string;
  /** The working clone. */
  readonly clone: string;
  /** Runs git in the clone with an environment of its own; what it printed, without the last line break. */
  readonly git: (...args: readonly string[]) => string;
  /** Commits and stays on the branch; the id. Nothing is pushed. */
  readonly commit: (files: Files, options?: CommitOptions) => string;
  /** The id of the commit that a branch, or its own id, leads to. */
  readonly tip: (name: string) => string;
  readonly branch: (name: string, from?: string) => void;
  /** To the origin, the default branch or the given one; forced on wish. The id of its tip. */
  readonly push: (branch?: string, options?: { readonly force?: boolean }) => string;
  /**
   * Writes refs/pull/N/head, and refs/pull/N/merge unless the two sides conflict: the merge of the head into the
   * tip of the base as it is now. `merge` is null on a conflict, and its old ref goes, as at GitHub.
   */
  readonly pullRefs: (number: number, head: string, base?: string) => { head: string; merge: string | null };
  /** Merges the branch into the base at the origin like the button does. All new commits of the base, the tip last. */
  readonly merge: (
    branch: string,
    options: MergeOptions,
  ) => { readonly sha: string; readonly commits: readonly string[] };
  /** What checks out a commit as a workflow does: a fresh clone of the origin at that commit, with the whole history. */
  readonly checkout: (sha: string) => string;
  readonly remove: () => void;
}

export function createOrigin(defaultBranch = 'main'): Origin {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'rolesync-github-')));
  const [origin, clone] = [join(home, 'origin.git'), join(home, 'clone')];
  let minutes = 0;
  let copies = 0;
  const run = (cwd: string, args: readonly string[], author = 'Test') => {
    // Fixed dates, a minute further for each command: the same story has the same ids.
    minutes += 1;
    const date = new Date(Date.UTC(2026, 0, 1, 0, minutes)).toISOString();
    const env = {
      ...{ PATH: process.env['PATH'] ?? '', HOME: home, GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0', TZ: 'UTC' },
      ...{ GIT_AUTHOR_NAME: author, GIT_AUTHOR_EMAIL: `${author.toLowerCase()}@example.com`, GIT_AUTHOR_DATE: date },
      ...{ GIT_COMMITTER_NAME: 'GitHub', GIT_COMMITTER_EMAIL: 'noreply@example.com', GIT_COMMITTER_DATE: date },
    };
    return execFileSync('git', args, { cwd, env, encoding: 'utf8', stdio: 'pipe' }).trimEnd();
  };
  const git: Origin['git'] = (...args) => run(clone, args);
  const tip = (ref: string) => git('rev-parse', '--verify', '--quiet', `${ref}^{commit}`);
  const exists = (branch: string) => git('branch', '--list', branch) !== '';

  run(home, ['init', '--quiet', '--bare', `--initial-branch=${defaultBranch}`, origin]);
  run(home, ['init', '--quiet', `--initial-branch=${defaultBranch}`, clone]);
  git('remote', 'add', 'origin', origin);

  const commit: Origin['commit'] = (files, { branch, from, message = 'change', author } = {}) => {
    const unborn = git('rev-list', '-n', '1', '--all') === '';
    if (branch !== undefined && !unborn) {
      if (exists(branch)) git('checkout', '--quiet', branch);
      else git('checkout', '--quiet', '-b', branch, from ?? defaultBranch);
    }
    for (const [path, text] of Object.entries(files)) {
      const at = join(clone, path);
      if (text === null) {
        rmSync(at, { recursive: true });
        continue;
      }
      mkdirSync(dirname(at), { recursive: true });
      writeFileSync(at, text);
    }
    git('add', '--all');
    run(clone, ['commit', '--quiet', '--allow-empty', '--no-verify', '--message', message], author);
    return tip('HEAD');
  };

  const push: Origin['push'] = (branch = defaultBranch, { force = false } = {}) => {
    git('push', '--quiet', ...(force ? ['--force'] : []), 'origin', `refs/heads/${branch}:refs/heads/${branch}`);
    return tip(branch);
  };

  return {
    origin,
    clone,
    git,
    tip,
    commit,
    push,
    branch: (name, from = defaultBranch) => {
      git('branch', '--force', name, from);
    },

    pullRefs: (number, head, base = defaultBranch) => {
      const [headTip, baseTip] = [tip(head), tip(base)];
      git('push', '--quiet', '--force', 'origin', `${headTip}:refs/pull/${number}/head`);
      const merge = mergeOf(git, baseTip, headTip, `Merge ${headTip} into ${baseTip}`);
      if (merge === null) run(origin, ['update-ref', '-d', `refs/pull/${number}/merge`]);
      else git('push', '--quiet', '--force', 'origin', `${merge}:refs/pull/${number}/merge`);
      return { head: headTip, merge };
    },

    merge: (branch, { how, number, into = defaultBranch }) => {
      const [before, head] = [tip(into), tip(branch)];
      git('checkout', '--quiet', into);
      if (how === 'merge')
        git('merge', '--quiet', '--no-ff', '--message', `Merge pull request #${number} from ${branch}`, head);
      if (how === 'squash') {
        git('merge', '--quiet', '--squash', head);
        git('commit', '--quiet', '--allow-empty', '--no-verify', '--message', `Change (#${number})`);
      }
      // GitHub rebases anew even where a fast-forward would do: the committer changes, and with it the ids.
      if (how === 'rebase')
        git('cherry-pick', '--allow-empty', '--keep-redundant-commits', `${git('merge-base', before, head)}..${head}`);
      const sha = push(into);
      const commits = git('rev-list', '--reverse', '--topo-order', `${before}..${sha}`).split('\n');
      return { sha, commits };
    },

    checkout: (sha) => {
      copies += 1;
      const folder = join(home, `checkout-${copies}`);
      run(home, ['clone', '--quiet', '--no-local', origin, folder]);
      run(folder, ['checkout', '--quiet', '--detach', sha]);
      return folder;
    },

    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

/** The id of a merge that no branch holds; null where the two conflict (git merge-tree ends with 1). */
function mergeOf(git: Origin['git'], base: string, head: string, message: string): string | null {
  try {
    const tree = git('merge-tree', '--write-tree', base, head).split('\n')[0] ?? '';
    return git('commit-tree', tree, '-p', base, '-p', head, '-m', message);
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'status' in error && error.status === 1) return null;
    throw error;
  }
}
