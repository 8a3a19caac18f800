/** The pull requests whose merges lie among some commits of the default branch. It reads GitHub and judges no plan. */
import pLimit from 'p-limit';
import type { Merged } from './evidence.ts';
import { asked } from './github.ts';
import { isCommitId, type Range } from './range.ts';
import type { ActionRun } from './run.ts';

export interface MergedPull extends Merged {
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
export async function mergesAmong(run: ActionRun, { commits }: Range, branch: string): Promise<Merges> {
  const { owner, repo } = run.context;
  const within = new Set(commits);
  const limit = pLimit(4);
  const found = await Promise.all(
    commits.map((commit_sha) =>
      limit(async () => {
        const listed = await asked('reading the pull requests of a commit', () =>
          run.github.paginate(run.github.rest.repos.listPullRequestsAssociatedWithCommit, {
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
