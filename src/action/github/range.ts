/** Which commits a run has to answer for: those since the last run that finished. It asks git alone. */
import { Failure } from '../../core/failure.ts';
import { isCommitId } from '../untrusted-json.ts';
import type { Git } from './git.ts';

export interface Range {
  /** Newest first. */
  readonly commits: readonly string[];
  /** There are more than are looked at. */
  readonly cut: boolean;
}

/** Each one is a request to GitHub. */
const most = 250;

/** `from..to`; without `from` only `to`. Both are full ids. */
export function commitsBetween(from: string | undefined, to: string, git: Git): Range {
  if (from === undefined) return { commits: [to], cut: false };
  const listed = git.read('rev-list', '--topo-order', `--max-count=${most + 1}`, to, `^${from}`);
  const commits = listed.split('\n').filter(isCommitId);
  return { commits: commits.slice(0, most), cut: commits.length > most };
}

/** The oldest of those candidates that `to` reaches; anything else that stands among them is left out. */
export function oldest(candidates: readonly unknown[], to: string, git: Git): string | undefined {
  const reached = candidates.filter(
    (one): one is string => isCommitId(one) && git.commit(one) !== undefined && git.isAncestor(one, to),
  );
  return reached.reduce<string | undefined>(
    (best, one) => (best === undefined || git.isAncestor(one, best) ? one : best),
    undefined,
  );
}

/** @throws Failure 'config' where the clone does not have the history that a range is made of. */
export function needHistory(git: Git): void {
  if (git.ask('rev-parse', '--is-shallow-repository') !== 'true') return;
  throw new Failure('config', 'the clone has no history: set `fetch-depth: 0` of actions/checkout');
}
