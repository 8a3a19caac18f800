/** Whether somebody may have let through what is held: never the person who brought it. It reads GitHub and writes nothing. */
import { Failure } from '../../core/failure.ts';
import { shown } from '../../core/text.ts';
import { asked } from '../github/api.ts';
import type { MergedPull } from '../github/merged.ts';
import type { Step } from '../step.ts';

/** What is held, as far as people are concerned. */
export interface Concerned {
  readonly pulls: readonly Pick<MergedPull, 'number' | 'author'>[];
  /** Commits that no pull request brought. */
  readonly direct: readonly string[];
}

/**
 * 'awaited': this run went through an environment that asks nobody, so nobody has approved anything yet.
 * @throws Failure 'refused' that says who may, where the wrong person did.
 */
export async function checkApprover(step: Step, concerned: Concerned): Promise<'given' | 'awaited'> {
  const bringers = await whoBrought(step, concerned);
  if (step.context.event === 'workflow_dispatch') {
    await checkActor(step, bringers);
    return 'given';
  }
  const reviews = await reviewsOf(step);
  if (reviews.length === 0) return 'awaited';
  const approvers = reviews.filter(({ state }) => state === 'approved').map(({ login }) => login);
  if (approvers.every((login) => login === '' || bringers.has(login))) {
    throw new Failure('refused', 'only the author of the change approved this run: somebody else must approve it');
  }
  return 'given';
}

/** https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user: `maintain` is in `role_name` only */
async function checkActor({ github, context }: Step, bringers: ReadonlySet<string>): Promise<void> {
  const { owner, repo, actor } = context;
  if (!/^[\w-]+$/.test(actor)) throw new Failure('refused', `\`${shown(actor)}\` is not a person who may approve`);
  const { data } = await asked('reading the permission of who started this run', () =>
    github.rest.repos.getCollaboratorPermissionLevel({ owner, repo, username: actor }),
  );
  const { admin, maintain } = data.user?.permissions ?? {};
  if (data.role_name !== 'admin' && data.role_name !== 'maintain' && admin !== true && maintain !== true) {
    throw new Failure(
      'refused',
      `\`${actor}\` may not approve: approving takes the role \`maintain\` or \`admin\` in this repository`,
    );
  }
  if (bringers.has(actor.toLowerCase())) {
    throw new Failure('refused', `\`${actor}\` is the author of what is held: somebody else must approve it`);
  }
}

/** https://docs.github.com/en/rest/actions/workflow-runs#get-the-review-history-for-a-workflow-run */
async function reviewsOf({
  github,
  context,
}: Step): Promise<readonly { readonly state: string; readonly login: string }[]> {
  const { owner, repo, runId, inputs } = context;
  const { data } = await asked('reading who approved this run', () =>
    github.rest.actions.getReviewsForRun({ owner, repo, run_id: runId }),
  );
  const wanted = inputs.environment.toLowerCase();
  return data
    .filter(({ environments }) => environments.some(({ name }) => name?.toLowerCase() === wanted))
    .map(({ state, user }) => ({ state, login: user?.login?.toLowerCase() ?? '' }));
}

/** Logins in lower case: authors of the pull requests, and whoever wrote or committed what came without one, or last. */
async function whoBrought({ github, context }: Step, { pulls, direct }: Concerned): Promise<ReadonlySet<string>> {
  const { owner, repo, sha } = context;
  const logins = pulls.map(({ author }) => author);
  for (const ref of new Set([sha, ...direct])) {
    const { data } = await asked('reading a commit', () => github.rest.repos.getCommit({ owner, repo, ref }));
    for (const person of [data.author, data.committer]) {
      if (person !== null && 'login' in person && typeof person.login === 'string') logins.push(person.login);
    }
  }
  return new Set(logins.filter((login) => login !== '').map((login) => login.toLowerCase()));
}
