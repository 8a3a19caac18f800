/** `drift`: tells in one issue how live roles differ from what is merged, and why. It writes to no provider. */
import type { Plan } from '../core/plan.ts';
import { accessOf } from '../providers/catalogue/access.ts';
import { code } from '../render/code-span.ts';
import { driftMarkdown, driftVerdict, isClean } from '../render/drift-markdown.ts';
import { isCurrent } from './branch.ts';
import { classify } from './classify.ts';
import { closeDrift, showDrift } from './drift-issue.ts';
import { checkFence } from './fence.ts';
import { mergesAmong } from './merged.ts';
import { planNow } from './plan-now.ts';
import { commitsBetween } from './range.ts';
import { reportProblems } from './report.ts';
import { type Reviewed, reviewedPlan } from './reviewed.ts';
import type { ActionRun } from './run.ts';
import { superseded } from './superseded.ts';
import { rulesOf, type Unapplied, unapplied } from './unapplied.ts';

/** Red where a target could not be read. Drift is no failure: the issue tells of it. */
export async function driftMode(run: ActionRun): Promise<number> {
  const branch = await checkFence(run.github, run.context);
  if (!(await isCurrent(run, branch))) return superseded(run);
  const { sha, runUrl } = run.context;
  const work = await unapplied(run, sha, branch);
  const planned = await planNow(run, work.settled ?? work.from ?? sha);
  if ('problems' in planned) {
    reportProblems(run, planned.problems);
    run.fail(planned.error?.message ?? 'the role files have mistakes');
    return 1;
  }
  const report = await told(run, planned.plan, work, branch);
  const { drift, pending, unapproved, unread } = report;
  const tail = `\n---\n\nCommit ${code(sha, 'text')}, read ${timeOf(run)} UTC by [this run](${runUrl}). This text is kept up to date.\n`;
  const body = driftMarkdown(report, accessOf) + tail;
  await run.summary(body);
  for (const [name, found] of Object.entries({ drift, pending, unapproved, unread })) run.output(name, found.length);
  if (!isClean(report)) {
    run.warn(driftVerdict(report));
    await showDrift(run, body);
  } else if (unread.length === 0) {
    await closeDrift(run, `Clean again at ${code(sha, 'text')}: [this run](${runUrl}) found no difference.`);
  }
  return planned.exitCode;
}

/** Where not all is told by the base: plans that were applied since then say what was changed by hand afterwards. */
async function told(run: ActionRun, plan: Plan, work: Unapplied, branch: string) {
  const first = classify(plan, work.reviewed, []);
  const { settled, from } = work;
  if (first.unapproved.length === 0 || settled === undefined || from === undefined || settled === from) return first;
  const { pulls } = await mergesAmong(run, commitsBetween(settled, from, run.git), branch);
  const found = await Promise.all(pulls.map((pull) => reviewedPlan(run, pull, rulesOf(run, branch))));
  const applied = found.filter((one): one is Reviewed => 'plan' in one);
  return classify(plan, work.reviewed, applied);
}

/** `2026-01-01 00:00` */
function timeOf({ now }: ActionRun): string {
  return new Date(now()).toISOString().slice(0, 16).replace('T', ' ');
}
