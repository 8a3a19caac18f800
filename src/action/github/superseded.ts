/** Whether a run still speaks for the default branch, and how it ends where it does not. It contacts no provider. */
import { Failure } from '../../core/failure.ts';
import type { Step } from '../step.ts';
import { asked } from './api.ts';

/**
 * Whether the commit of this run is the newest one of `branch`. A run of an older one has nothing to do: that of the newest
 * does its work too.
 * @throws Failure 'config' where what is checked out is not the commit of this run.
 */
export async function isCurrent({ context, github, git }: Step, branch: string): Promise<boolean> {
  const { owner, repo, sha } = context;
  const { data } = await asked('reading the default branch', () =>
    github.rest.git.getRef({ owner, repo, ref: `heads/${branch}` }),
  );
  if (data.object.sha !== sha) return false;
  if (git.commit('HEAD') === sha) return true;
  throw new Failure('config', 'the checked-out commit is not the one of this run: remove `ref` from actions/checkout');
}

/** Neutral: nothing was read from any provider. */
export function superseded(step: Step): number {
  const { sha } = step.context;
  step.say(`Superseded: ${sha.slice(0, 7)} is no longer the newest commit of the default branch. Nothing was written;`);
  step.say('the run of the newest commit starts where the last finished run ended, and does the work of this one too.');
  step.output('superseded', true);
  step.output('held', false);
  step.output('digest', '');
  return 0;
}
