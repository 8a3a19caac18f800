/** The comment on a merged pull request about its apply: Markdown from data, foreign text in code spans only. */
import { report } from '../../core/failure.ts';
import type { Application } from '../../core/outcome.ts';
import { isPlanned, type Plan } from '../../core/plan.ts';
import { code } from '../../render/code-span.ts';
import { type Fitted, fittedMarkdown } from '../../render/markdown.ts';
import { outcomesMarkdown } from '../../render/outcomes-markdown.ts';
import { incomplete } from '../../render/verdict.ts';
import type { Refused } from '../commands.ts';
import type { Context } from '../context.ts';
import type { Step } from '../step.ts';
import { upsertComment } from './view.ts';

/** In characters: GitHub takes 65,536 in a comment, and 1 MiB in a summary. */
const budgets = { comment: { outcomes: 24_000, plan: 32_000 }, summary: { outcomes: 100_000, plan: 200_000 } } as const;
const longestMessage = 2_000;
const longestReason = 300;
const inView = 30;

/** What the comment needs to know of the run. */
type OfRun = Pick<Step, 'accessOf'> & { readonly context: Pick<Context, 'sha' | 'runUrl'> };

/** What came of an apply. */
interface Attempt {
  /** undefined: there was no plan to go by. */
  readonly application: Application | undefined;
  /** What differs now. */
  readonly now: Plan | undefined;
  readonly refused: Refused | undefined;
}

interface OfPull {
  readonly pull: number;
}

export function outcomeComment(
  { context: { sha, runUrl }, accessOf }: OfRun,
  { application, now, refused }: Attempt,
  unproven: readonly (OfPull & { readonly why: string })[],
  open: readonly OfPull[],
  place: keyof typeof budgets,
): string {
  const budget = budgets[place];
  const held = now?.targets.some((target) => isPlanned(target) && target.changes.length > 0) === true;
  return `${[
    application === undefined
      ? `### Nothing applied${refused === undefined ? `: ${held ? 'none of it was reviewed' : left(now)}` : ''}`
      : outcomesMarkdown(application, { budget: budget.outcomes }).trimEnd(),
    ...(refused === undefined ? [] : [code(refused.error.message.slice(0, longestMessage), 'text')]),
    ...listed(
      'Counted as unreviewed',
      unproven.map(({ pull, why }) => `#${pull}: ${code(why.slice(0, longestReason), 'text')}`),
    ),
    ...listed('Approved, but not all done; the next run tries again', [...new Set(open.map(({ pull }) => `#${pull}`))]),
    ...(now === undefined || !held
      ? []
      : [
          waiting(now.digest, runUrl),
          ...planOfNow(
            fittedMarkdown(now, accessOf, { heading: 'The current plan', budget: budget.plan }),
            place,
            runUrl,
          ),
        ]),
    `---\n\nCommit ${code(sha, 'text')}, [this run](${runUrl}).`,
  ].join('\n\n')}\n`;
}

function left(now: Attempt['now']): string {
  return (now && incomplete(now)) || 'nothing to do';
}

function listed(head: string, items: readonly string[]): readonly string[] {
  if (items.length === 0) return [];
  const more = items.length > inView ? [`and ${items.length - inView} more`] : [];
  return [`#### ${head}\n\n${[...items.slice(0, inView), ...more].map((item) => `- ${item}`).join('\n')}`];
}

function waiting(digest: string, runUrl: string): string {
  return `#### Held: waiting for approval\n\nRead the current plan below. To apply all of it, a maintainer who is not the author approves the waiting job in [this run](${runUrl}), or runs the apply workflow by hand with the digest ${code(digest, 'text')}. To undo it, revert the change in another pull request. None of it is written until then.`;
}

function planOfNow({ text, cut }: Fitted, place: keyof typeof budgets, runUrl: string): readonly string[] {
  const rest = `the ${place === 'comment' ? 'summary' : 'log'} of [this run](${runUrl})`;
  return [
    ...(cut ? [`**This comment does not show all of it.** Before you approve it, read all of it: ${rest}.`] : []),
    text.trimEnd(),
  ];
}

/** On each of these pull requests; one that does not take it stops nothing, as everything is done by then. */
export async function commentOn(step: Step, pulls: readonly number[], body: string): Promise<void> {
  const { owner, repo, inputs } = step.context;
  if (!inputs.comment) return;
  for (const issue_number of new Set(pulls)) {
    try {
      await upsertComment(step.github, { owner, repo, issue_number }, 'apply', body);
    } catch (error) {
      step.warn(`#${issue_number}: the outcome could not be posted: ${report(error).message}`);
    }
  }
}
