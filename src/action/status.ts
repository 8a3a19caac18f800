/** The status `rolesync/plan` of a commit. Words of our own and numbers only: it holds no foreign text. */
import { asked } from './github.ts';
import type { ActionRun } from './run.ts';

export type State = 'pending' | 'success' | 'failure' | 'error';

/** GitHub refuses a longer description. */
const longest = 140;

/** Needs `statuses: write`. */
export async function setStatus(run: ActionRun, sha: string, state: State, description: string): Promise<void> {
  const { owner, repo, runUrl } = run.context;
  const text = description.length > longest ? `${description.slice(0, longest - 1)}…` : description;
  await asked('setting the status', () =>
    run.github.rest.repos.createCommitStatus({
      ...{ owner, repo, sha, state, target_url: runUrl, context: 'rolesync/plan', description: text },
    }),
  );
}
