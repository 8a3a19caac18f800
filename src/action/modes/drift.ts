/** `drift`: tells in one issue how live roles differ from what is merged, and why. It writes to no provider. */
import type { Plan } from '../../core/plan.ts';
import { code } from '../../render/code-span.ts';
import { driftMarkdown, driftVerdict, isClean } from '../../render/drift-markdown.ts';
import { closeDrift, showDrift } from '../github/drift-issue.ts';
import { checkEnvironments } from '../github/environment-protection.ts';
import { mergesAmong } from '../github/merged.ts';
import { commitsBetween } from '../github/range.ts';
import { reportProblems } from '../github/report.ts';
import { isCurrent, superseded } from '../github/superseded.ts';
import { classify } from '../review/drift-report.ts';
import { type Reviewed, reviewedPlan } from '../review/reviewed-plan.ts';
import { rulesOf, type Unapplied, unapplied } from '../review/unapplied.ts';
import type { Step } from '../step.ts';

/** Red if a target could not be read. Drift is no failure: the issue reports it. */
export async function driftMode(step: Step): Promise<number> {
  const branch = await checkEnvironments(step.github, step.context);
  if (!(await isCurrent(step, branch))) return superseded(step);
  const { sha, runUrl } = step.context;
  const work = await unapplied(step, sha, branch);
  const planned = await step.commands.plan({ base: work.settled ?? work.from ?? sha });
  if ('refused' in planned) {
    reportProblems(step, planned.refused.problems);
    step.fail(planned.refused.error.message);
    return 1;
  }
  const report = await told(step, planned.plan, work, branch);
  const { drift, pending, unapproved, unread } = report;
  const tail = `\n---\n\nCommit ${code(sha, 'text')}, read ${timeOf(step)} UTC by [this run](${runUrl}). This text is kept up to date.\n`;
  const body = driftMarkdown(report, step.accessOf) + tail;
  await step.summary(body);
  for (const [name, found] of Object.entries({ drift, pending, unapproved, unread })) step.output(name, found.length);
  if (!isClean(report)) {
    step.warn(driftVerdict(report));
    await showDrift(step, body);
  } else if (unread.length === 0) {
    await closeDrift(step, `Clean again at ${code(sha, 'text')}: [this run](${runUrl}) found no difference.`);
  }
  return planned.exitCode;
}

/** Where not all is told by the base: plans that were applied since then say what was changed by hand afterwards. */
async function told(step: Step, plan: Plan, work: Unapplied, branch: string) {
  const first = classify(plan, work.reviewed, []);
  const { settled, from } = work;
  if (first.unapproved.length === 0 || settled === undefined || from === undefined || settled === from) return first;
  const { pulls } = await mergesAmong(step, commitsBetween(settled, from, step.git), branch);
  const found = await Promise.all(pulls.map((pull) => reviewedPlan(step, pull, rulesOf(step, branch))));
  const applied = found.filter((one): one is Reviewed => 'plan' in one);
  return classify(plan, work.reviewed, applied);
}

/** `2026-01-01 00:00` */
function timeOf({ now }: Step): string {
  return new Date(now()).toISOString().slice(0, 16).replace('T', ' ');
}
