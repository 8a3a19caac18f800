/**
 * The repository of `repository.ts` for stories of many steps: the same files on disk, written without git. Real git reads
 * them: the action fetches from it, and the tests of the stand-in hold it against the other one.
 */
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { between, mergeBase } from './graph.ts';
import { objectFile, type Snapshot, type Written, writeCommit } from './objects.ts';
import type { Followed } from './origin.ts';
import type { Origin } from './repository.ts';
import type { Commit } from './state.ts';

export interface Hosted extends Origin, Followed {}

/** `clone` is the bare repository itself; a branch of it is in the origin once it is pushed. */
export function createHosted(defaultBranch = 'main'): Hosted {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'rolesync-github-')));
  const origin = join(home, 'origin.git');
  const objects = join(origin, 'objects');
  const written = new Map<string, Written>();
  const commits = new Map<string, Commit>();
  const local = new Map<string, string>();
  const refs = new Map<string, string>();
  let minutes = 0;
  let copies = 0;
  let here = defaultBranch;
  writeRepository(origin, { head: `ref: refs/heads/${defaultBranch}`, bare: true });

  const date = () => {
    // Fixed dates, a minute further for each commit: the same story has the same ids.
    minutes += 1;
    return new Date(Date.UTC(2026, 0, 1, 0, minutes)).toISOString().replace('.000', '');
  };
  const filesOf = (commit: string): Snapshot => written.get(commit)?.files ?? new Map();
  const add = (
    files: Snapshot,
    parents: readonly string[],
    message: string,
    author: Partial<Commit['author']> = {},
  ) => {
    const now = date();
    const who = { name: 'Test', email: 'test@example.com', date: now, ...author };
    const committer = { name: 'GitHub', email: 'noreply@example.com', date: now };
    const made = writeCommit(objects, { parents, message, author: who, committer }, files);
    written.set(made.commit.sha, made);
    commits.set(made.commit.sha, made.commit);
    return made.commit.sha;
  };
  const tip = (name: string): string => {
    const found = local.get(name) ?? (commits.has(name) ? name : undefined);
    if (found === undefined) throw new Error(`there is no branch ${name}`);
    return found;
  };
  const setRef = (ref: string, commit: string | null) => {
    if (commit === null) refs.delete(ref);
    else refs.set(ref, commit);
    writeRef(origin, ref, commit);
  };
  /** What both sides come to; null where they conflict. */
  const merged = (ours: string, theirs: string, base = mergeBase(commits, ours, theirs)): Snapshot | null =>
    mergeFiles(base === undefined ? new Map() : filesOf(base), filesOf(ours), filesOf(theirs), home);
  const needed = (files: Snapshot | null): Snapshot => {
    if (files === null) throw new Error('the two sides conflict');
    return files;
  };

  const push: Origin['push'] = (branch = defaultBranch) => {
    setRef(`refs/heads/${branch}`, tip(branch));
    return tip(branch);
  };

  return {
    origin,
    clone: origin,
    tip,
    push,
    refs: () => refs,
    commits: () => commits,
    git: (...args) =>
      execFileSync('git', args, {
        cwd: origin,
        env: { PATH: process.env['PATH'] ?? '', HOME: home, GIT_CONFIG_NOSYSTEM: '1' },
        encoding: 'utf8',
        stdio: 'pipe',
      }).trimEnd(),

    commit: (files, { branch = here, from = defaultBranch, message = 'change', author } = {}) => {
      const parent = local.size === 0 ? undefined : local.has(branch) ? tip(branch) : tip(from);
      const after = new Map(parent === undefined ? [] : filesOf(parent));
      for (const [path, text] of Object.entries(files)) {
        if (text === null) after.delete(path);
        else after.set(path, text);
      }
      const who = author === undefined ? {} : { name: author, email: `${author.toLowerCase()}@example.com` };
      const sha = add(after, parent === undefined ? [] : [parent], message, who);
      local.set(branch, sha);
      here = branch;
      return sha;
    },

    branch: (name, from = defaultBranch) => {
      local.set(name, tip(from));
    },

    pullRefs: (number, branch, onto = defaultBranch) => {
      const [head, base] = [tip(branch), tip(onto)];
      setRef(`refs/pull/${number}/head`, head);
      const files = merged(base, head);
      const merge = files && add(files, [base, head], `Merge ${head} into ${base}`);
      setRef(`refs/pull/${number}/merge`, merge);
      return { head, merge };
    },

    merge: (branch, { how, number, into = defaultBranch }) => {
      const [before, head] = [tip(into), tip(branch)];
      const brought = between(commits, before, head);
      const together = () => needed(merged(before, head));
      if (how === 'merge')
        local.set(into, add(together(), [before, head], `Merge pull request #${number} from ${branch}`));
      if (how === 'squash') local.set(into, add(together(), [before], `Change (#${number})`));
      // GitHub rebases anew even where a fast-forward would do: the committer changes, and with it the ids.
      if (how === 'rebase') {
        for (const { sha, message, author, parents } of brought) {
          const files = needed(merged(tip(into), sha, parents[0]));
          local.set(into, add(files, [tip(into)], message, author));
        }
      }
      here = into;
      return { sha: push(into), commits: between(commits, before, tip(into)).map(({ sha }) => sha) };
    },

    checkout: (sha) => {
      copies += 1;
      const folder = join(home, `checkout-${copies}`);
      const git = join(folder, '.git');
      writeRepository(git, { head: sha, remote: origin });
      const heads = [...refs].filter(([ref]) => ref.startsWith('refs/heads/'));
      for (const [ref, commit] of heads) writeRef(git, ref.replace('refs/heads/', 'refs/remotes/origin/'), commit);
      writeRef(git, `refs/heads/${defaultBranch}`, refs.get(`refs/heads/${defaultBranch}`) ?? null);
      const reached = new Set([sha, ...heads.map(([, commit]) => commit)].flatMap((one) => history(commits, one)));
      for (const id of new Set([...reached].flatMap((one) => written.get(one)?.objects ?? []))) {
        const file = objectFile(join(git, 'objects'), id);
        mkdirSync(dirname(file), { recursive: true });
        linkSync(objectFile(objects, id), file);
      }
      for (const [path, text] of filesOf(sha)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
      return folder;
    },

    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

function history(commits: ReadonlyMap<string, Commit>, from: string): readonly string[] {
  const found = new Set<string>();
  const open = [from];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (found.has(one)) continue;
    found.add(one);
    open.push(...(commits.get(one)?.parents ?? []));
  }
  return [...found];
}

interface Skeleton {
  readonly head: string;
  readonly bare?: boolean;
  readonly remote?: string;
}

/** What `git init` leaves, as far as git needs it. */
function writeRepository(folder: string, { head, bare = false, remote }: Skeleton): void {
  for (const one of ['objects/pack', 'refs/heads']) mkdirSync(join(folder, one), { recursive: true });
  writeFileSync(join(folder, 'HEAD'), `${head}\n`);
  const section =
    remote === undefined ? '' : `[remote "origin"]\n\turl = ${remote}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n`;
  writeFileSync(join(folder, 'config'), `[core]\n\trepositoryformatversion = 0\n\tbare = ${bare}\n${section}`);
}

function writeRef(folder: string, ref: string, commit: string | null): void {
  const file = join(folder, ref);
  rmSync(file, { force: true });
  if (commit === null) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${commit}\n`);
}

/** File by file; null where one is not merged cleanly. Where both sides changed one, git merges its lines. */
function mergeFiles(base: Snapshot, ours: Snapshot, theirs: Snapshot, home: string): Snapshot | null {
  const merged = new Map<string, string>();
  for (const path of new Set([...base.keys(), ...ours.keys(), ...theirs.keys()])) {
    const [before, one, other] = [base.get(path), ours.get(path), theirs.get(path)];
    const text =
      other === before || one === other ? one : one === before ? other : mergeLines(before, one, other, home);
    if (text === null) return null;
    if (text !== undefined) merged.set(path, text);
  }
  return merged;
}

type Text = string | undefined;

function mergeLines(before: Text, one: Text, other: Text, home: string): string | null {
  if (before === undefined || one === undefined || other === undefined) return null;
  const sides = { one, before, other };
  const files = Object.entries(sides).map(([name, text]) => {
    writeFileSync(join(home, name), text);
    return join(home, name);
  });
  try {
    return execFileSync('git', ['merge-file', '-p', ...files], { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    // It ends with the number of conflicts.
    if (typeof error === 'object' && error !== null && 'status' in error && Number(error.status) > 0) return null;
    throw error;
  }
}
