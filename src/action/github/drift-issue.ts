/** The one issue about drift: found again by its marker, its label and who wrote it, kept up to date, closed when clean. */

import type { Step } from '../step.ts';
import { asked, botLogin } from './api.ts';

const marker = '<!-- rolesync:drift -->';
const label = 'rolesync-drift';
const title = 'Live roles differ from the role files';

interface Issue {
  readonly number: number;
  readonly body: string;
  readonly open: boolean;
}

/** Opens, reopens or updates it. Needs `issues: write`. */
export async function showDrift(step: Step, text: string): Promise<void> {
  const { github, context } = step;
  const { owner, repo } = context;
  const body = `${marker}\n${text}`;
  const own = await find(step);
  if (own === undefined) {
    await asked('opening an issue', () => github.rest.issues.create({ owner, repo, title, body, labels: [label] }));
  } else if (own.body !== body || !own.open) {
    const issue_number = own.number;
    await asked('updating an issue', () =>
      github.rest.issues.update({ owner, repo, issue_number, body, ...(!own.open && { state: 'open' }) }),
    );
  }
}

/** Closes it with a last comment, where it is open. */
export async function closeDrift(step: Step, text: string): Promise<void> {
  const { github, context } = step;
  const { owner, repo } = context;
  const own = await find(step);
  if (own === undefined || !own.open) return;
  const place = { owner, repo, issue_number: own.number };
  await asked('writing a comment', () => github.rest.issues.createComment({ ...place, body: text }));
  await asked('closing an issue', () =>
    github.rest.issues.update({ ...place, state: 'closed', state_reason: 'completed' }),
  );
}

/** An open one before a closed one, then the newest. Whatever somebody else wrote is theirs. */
async function find({ github, context }: Step): Promise<Issue | undefined> {
  const { owner, repo } = context;
  const listed = await asked('reading issues', () =>
    github.paginate(github.rest.issues.listForRepo, { owner, repo, labels: label, state: 'all', per_page: 100 }),
  );
  const own = listed
    .filter(({ user, body, pull_request }) => {
      const byBot = user?.login === botLogin && user.type === 'Bot';
      return byBot && pull_request === undefined && body?.startsWith(marker) === true;
    })
    .map(({ number, body, state }) => ({ number, body: body ?? '', open: state === 'open' }));
  return own.sort((a, b) => Number(b.open) - Number(a.open) || b.number - a.number)[0];
}
