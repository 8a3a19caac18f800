/** When a merged pull request was approved by somebody whose approval counts. It reads GitHub and judges no plan. */
import { Failure } from '../../core/failure.ts';
import { asked } from '../github/api.ts';
import type { Step } from '../step.ts';
import type { Merged } from './evidence.ts';

/** As GitHub lists it: https://docs.github.com/en/rest/pulls/reviews#list-reviews-for-a-pull-request */
export interface Review {
  /** Lower case; '' where the account is gone. */
  readonly login: string;
  readonly state: string;
  readonly commit: string;
  readonly at: string;
}

/**
 * The times of approvals that count, oldest first: of the last commit, before the merge, by people who may write to the
 * repository and are not the author.
 */
export async function approvalsOf(step: Step, pull: Merged): Promise<readonly string[]> {
  const moments: string[] = [];
  for (const { login, at } of standing(await reviewsOf(step, pull), pull)) {
    if (await mayWrite(step, login)) moments.push(at);
  }
  return moments;
}

/**
 * The last word of each person but the author, where that is an approval of the last commit. A dismissed review does not
 * stand: nothing says when it was dismissed, or what it said. Pure.
 */
export function standing(reviews: readonly Review[], { head, author, mergedAt }: Merged): readonly Review[] {
  const spoken = reviews
    .filter(({ login, state }) => /^[\w-]+$/.test(login) && deciding.has(state))
    .filter(({ login, at }) => login !== author.toLowerCase() && Date.parse(at) < Date.parse(mergedAt))
    .sort(byTime);
  return [...new Map(spoken.map((review) => [review.login, review])).values()]
    .filter(({ state, commit }) => state === 'APPROVED' && commit === head)
    .sort(byTime);
}

const deciding: ReadonlySet<string> = new Set(['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED']);

function byTime(a: Review, b: Review): number {
  return Date.parse(a.at) - Date.parse(b.at);
}

async function reviewsOf({ github, context }: Step, { number }: Merged): Promise<readonly Review[]> {
  const { owner, repo } = context;
  const listed = await asked('reading the reviews of a pull request', () =>
    github.paginate(github.rest.pulls.listReviews, { owner, repo, pull_number: number, per_page: 100 }),
  );
  return listed.map(({ user, state, commit_id, submitted_at }) => ({
    login: user?.login?.toLowerCase() ?? '',
    state,
    commit: commit_id ?? '',
    at: submitted_at ?? '',
  }));
}

/** https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user: `maintain` is `write` there */
async function mayWrite({ github, context }: Step, username: string): Promise<boolean> {
  const { owner, repo } = context;
  try {
    const { data } = await asked('reading the permission of who approved', () =>
      github.rest.repos.getCollaboratorPermissionLevel({ owner, repo, username }),
    );
    return data.permission === 'admin' || data.permission === 'write';
  } catch (error) {
    if (error instanceof Failure && error.code === 'not-found') return false;
    throw error;
  }
}
