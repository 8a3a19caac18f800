/** Questions to a graph of commits: what one reaches, what lies between two, where two lines part. It changes nothing. */
import type { Commit, GitHubState, Pull } from './state.ts';

type Commits = ReadonlyMap<string, Commit>;

/** Everything that `sha` reaches, itself included, parents before children. Unknown commits end the walk. */
export function reachable(commits: Commits, sha: string): ReadonlySet<string> {
  const done = new Set<string>();
  const open: { sha: string; parents: string[] }[] = [];
  const enter = (one: string) => {
    const commit = commits.get(one);
    if (commit !== undefined) open.push({ sha: one, parents: [...commit.parents] });
  };
  enter(sha);
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const parent = top.parents.shift();
    if (parent === undefined) {
      done.add(top.sha);
      open.pop();
    } else if (!done.has(parent)) enter(parent);
  }
  return done;
}

/** `git log base..head`, oldest first. */
export function between(commits: Commits, base: string, head: string): readonly Commit[] {
  const old = reachable(commits, base);
  return [...reachable(commits, head)].filter((sha) => !old.has(sha)).flatMap((sha) => commits.get(sha) ?? []);
}

/** The youngest commit that both reach; undefined where they share none. */
export function mergeBase(commits: Commits, one: string, other: string): string | undefined {
  const reached = reachable(commits, one);
  return [...reachable(commits, other)].filter((sha) => reached.has(sha)).at(-1);
}

export function commitsOf(state: GitHubState, pull: Pull): readonly Commit[] {
  const tip = state.branches.get(pull.base.ref)?.sha ?? pull.base.sha;
  return between(state.commits, pull.mergedOnto ?? tip, pull.head.sha);
}

/** A branch by its name, with or without refs/heads/, refs/pull/N/head or /merge, or a commit by its id. */
export function resolve(state: GitHubState, name: string): string | undefined {
  const short = name.replace(/^refs\/heads\/|^heads\//, '');
  const branch = state.branches.get(short);
  if (branch !== undefined) return branch.sha;
  const [, number, side] = /^(?:refs\/)?pull\/(\d+)\/(head|merge)$/.exec(name) ?? [];
  if (side === 'merge') return state.testMerges.get(Number(number)) ?? undefined;
  if (side === 'head') return state.pulls.find((pull) => pull.number === Number(number))?.head.sha;
  return state.commits.has(name) ? name : undefined;
}
