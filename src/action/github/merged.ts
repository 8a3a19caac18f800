/** The pull requests whose merges lie among some commits of the default branch. It reads GitHub and judges no plan. */
import pLimit from 'p-limit';
import type { Step } from '../step.ts';
import { isCommitId } from '../untrusted-json.ts';
import { asked } from './api.ts';
import type { Range } from './range.ts';

/** A merged pull request. */
export interface MergedPull {
  readonly number: number;
  /** Its last commit. */
  readonly head: string;
  /** As GitHub writes it. */
  readonly mergedAt: string;
  /** '' where the account is gone. */
  readonly author: string;
}

export interface Merges {
  /** By number. */
  readonly pulls: readonly MergedPull[];
  /** Commits that came by none of them: pushed directly. */
  readonly direct: readonly string[];
}

/** https://docs.github.com/en/rest/commits/commits#list-pull-requests-associated-with-a-commit */
export async function mergesAmong(step: Step, { commits }: Range, branch: string): Promise<Merges> {
  const { owner, repo } = step.context;
  const within = new Set(commits);
  const limit = pLimit(4);
  const found = await Promise.all(
    commits.map((commit_sha) =>
      limit(async () => {
        const listed = await asked('reading the pull requests of a commit', () =>
          step.github.paginate(step.github.rest.repos.listPullRequestsAssociatedWithCommit, {
            ...{ owner, repo, commit_sha, per_page: 100 },
          }),
        );
        const pulls = listed.flatMap(({ number, head, merged_at, merge_commit_sha, base, user }) => {
          const own = base.ref === branch && base.repo.full_name === `${owner}/${repo}`;
          if (!own || !merged_at || !isCommitId(merge_commit_sha) || !within.has(merge_commit_sha)) return [];
          return isCommitId(head.sha)
            ? [{ number, head: head.sha, mergedAt: merged_at, author: user?.login ?? '' }]
            : [];
        });
        return { commit: commit_sha, pulls };
      }),
    ),
  );
  const pulls = new Map(found.flatMap((one) => one.pulls).map((pull) => [pull.number, pull]));
  return {
    pulls: [...pulls.values()].sort((a, b) => a.number - b.number),
    direct: found.flatMap((one) => (one.pulls.length === 0 ? [one.commit] : [])),
  };
}
