/** What a pull request shows of its plan: one comment and one status. A newer head's is never touched. */
import { upsertComment } from './comment.ts';
import { type PullEvent, readPull } from './pull.ts';
import type { ActionRun } from './run.ts';
import { type State, setStatus } from './status.ts';

export interface PlanView {
  /** Shows how it stands; false where the pull request has another head by now. */
  readonly show: (state: State, description: string, body: string) => Promise<boolean>;
  /** Ends what was begun for a head that is no longer the pull request's. */
  readonly abandon: () => Promise<void>;
}

/** Needs `pull-requests: write` for the comment and `statuses: write`. */
export function planView(run: ActionRun, { number, head }: PullEvent): PlanView {
  const { owner, repo, inputs } = run.context;
  let begun = false;
  const abandon = async () => {
    // Else the status would say for ever that a plan is being made.
    if (begun) await setStatus(run, head, 'error', 'Superseded by another head');
  };
  return {
    abandon,
    show: async (state, description, body) => {
      const now = await readPull(run.github, run.context, number);
      if (now.head !== head) {
        await abandon();
        return false;
      }
      begun = true;
      if (inputs.comment) await upsertComment(run.github, { owner, repo, issue_number: number }, 'plan', body);
      await setStatus(run, head, state, description);
      return true;
    },
  };
}
