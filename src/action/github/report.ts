/** What a run leaves on its page at GitHub: the log, annotations, outputs, a summary. It comments on nothing. */
import type { Plan } from '../../core/plan.ts';
import type { Problem } from '../../core/problem.ts';
import { planAnnotations, problemAnnotations, stepSummary, summaryOutput } from '../../render/github.ts';
import { planText } from '../../render/plan-text.ts';
import { style } from '../../render/style.ts';
import type { Step } from '../step.ts';

export async function reportPlan(step: Step, plan: Plan): Promise<void> {
  step.annotate(planAnnotations(plan, step.accessOf));
  step.say(planText(plan, style(false, 120), step.accessOf));
  outputsOf(step, plan);
  await step.summary(stepSummary(plan, step.accessOf));
}

/** The counts and the digest, by the names that `plan --format github` gives them. */
function outputsOf(step: Step, plan: Plan): void {
  for (const line of summaryOutput(plan, step.accessOf).trim().split('\n')) {
    const cut = line.indexOf('=');
    step.output(line.slice(0, cut), line.slice(cut + 1));
  }
}

export function reportProblems(step: Step, problems: readonly Problem[]): void {
  step.annotate(problemAnnotations(problems));
}
