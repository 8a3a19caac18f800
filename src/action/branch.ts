/** Whether a run still speaks for the default branch. It reads one ref of GitHub, and what is checked out. */
import { Failure } from '../core/failure.ts';
import { asked } from './github.ts';
import type { ActionRun } from './run.ts';

/**
 * Whether the commit of this run is the newest one of `branch`. A run of an older one has nothing to do: that of the newest
 * does its work too.
 * @throws Failure 'config' where what is checked out is not the commit of this run.
 */
export async function isCurrent({ context, github, git }: ActionRun, branch: string): Promise<boolean> {
  const { owner, repo, sha } = context;
  const { data } = await asked('reading the default branch', () =>
    github.rest.git.getRef({ owner, repo, ref: `heads/${branch}` }),
  );
  if (data.object.sha !== sha) return false;
  if (git.commit('HEAD') === sha) return true;
  throw new Failure('config', 'what is checked out is not the commit of this run: leave out `ref` of actions/checkout');
}
