/** What a pull request shows of a run: one comment of each kind, found again and kept up to date, and one status. */
import type { Context } from '../context.ts';
import type { Step } from '../step.ts';
import { asked, botLogin, type GitHub } from './api.ts';
import { type PullEvent, readPull } from './pull.ts';

export interface PlanView {
  /** Shows how it stands; false where the pull request has another head by now. */
  readonly show: (state: State, description: string, body: string) => Promise<boolean>;
  /** Ends what was begun for a head that is no longer the pull request's. */
  readonly abandon: () => Promise<void>;
}

export type State = 'pending' | 'success' | 'failure' | 'error';

/** A newer head's is never touched. Needs `pull-requests: write` for the comment and `statuses: write`. */
export function planView(step: Step, { number, head }: PullEvent): PlanView {
  const { owner, repo, inputs } = step.context;
  let begun = false;
  const abandon = async () => {
    // Else the status would say for ever that a plan is being made.
    if (begun) await setStatus(step, head, 'error', 'Superseded by another head');
  };
  return {
    abandon,
    show: async (state, description, body) => {
      const now = await readPull(step.github, step.context, number);
      if (now.head !== head) {
        await abandon();
        return false;
      }
      begun = true;
      if (inputs.comment) await upsertComment(step.github, { owner, repo, issue_number: number }, 'plan', body);
      await setStatus(step, head, state, description);
      return true;
    },
  };
}

/** GitHub refuses a longer description. */
const longestDescription = 140;

/** The name of the status. */
export const planStatus = 'rolesync/plan';

/** Words of our own and numbers only: it holds no foreign text. */
async function setStatus({ github, context }: Step, sha: string, state: State, description: string): Promise<void> {
  const { owner, repo, runUrl } = context;
  const text =
    description.length > longestDescription ? `${description.slice(0, longestDescription - 1)}…` : description;
  await asked('setting the status', () =>
    github.rest.repos.createCommitStatus({
      ...{ owner, repo, sha, state, target_url: runUrl, context: planStatus, description: text },
    }),
  );
}

export interface Issue extends Pick<Context, 'owner' | 'repo'> {
  readonly issue_number: number;
}

/** GitHub takes no longer body; the renderers stay well below. */
const longestBody = 65_536;

/** `kind`: 'plan' or 'apply'. Somebody else's comment with the same marker is somebody else's. */
export async function upsertComment(github: GitHub, issue: Issue, kind: string, body: string): Promise<void> {
  const marker = markerOf(kind);
  const text = `${marker}\n${body}`.slice(0, longestBody);
  const own = await findComment(github, issue, marker);
  const { owner, repo } = issue;
  if (own === undefined)
    await asked('writing a comment', () => github.rest.issues.createComment({ ...issue, body: text }));
  else if (own.body !== text) {
    await asked('updating a comment', () =>
      github.rest.issues.updateComment({ owner, repo, comment_id: own.id, body: text }),
    );
  }
}

async function findComment(
  github: GitHub,
  issue: Issue,
  marker: string,
): Promise<{ readonly id: number; readonly body: string } | undefined> {
  const all = await asked('reading comments', () =>
    github.paginate(github.rest.issues.listComments, { ...issue, per_page: 100 }),
  );
  const own = all.find(({ user, body }) => user?.login === botLogin && user.type === 'Bot' && body?.startsWith(marker));
  return own && { id: Number(own.id), body: own.body ?? '' };
}

function markerOf(kind: string): string {
  return `<!-- rolesync:${kind} -->`;
}
