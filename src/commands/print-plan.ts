/** One plan in the format that was asked for. What a format needs is loaded only when it is asked for. */
import { appendFileSync } from 'node:fs';
import { Failure } from '../core/failure.ts';
import type { Plan } from '../core/plan.ts';
import { codeOf } from '../core/record.ts';
import type { CommandIo } from '../io.ts';
import { briefText, isLong } from '../render/brief-text.ts';
import { harmless } from '../render/github-log.ts';
import { planText } from '../render/plan-text.ts';
import { styleFor, writeJson } from './ending.ts';

export type PlanFormat = 'text' | 'json' | 'markdown' | 'github' | 'html';

export async function printPlan(
  plan: Plan,
  flags: { readonly format: PlanFormat; readonly color: boolean },
  io: CommandIo,
): Promise<void> {
  if (flags.format === 'json') return writeJson(plan, io);
  if (flags.format === 'github') return printForGitHub(plan, flags, io);
  if (flags.format === 'markdown') {
    const { planMarkdown } = await import('../render/markdown.ts');
    return io.stdout.write(planMarkdown(plan, io.table.accessOf));
  }
  if (flags.format === 'html') {
    const { planHtml } = await import('../render/html/page.ts');
    return io.stdout.write(planHtml(plan, io.table.accessOf));
  }
  const text = io.stdout.isTerminal && isLong(plan) ? briefText : planText;
  io.stdout.write(harmless(`${text(plan, styleFor(io.stdout, flags, io), io.table.accessOf)}\n`));
}

/** Annotations and the plan in the log; a summary and outputs where the runner gives files for them. */
async function printForGitHub(plan: Plan, flags: { readonly color: boolean }, io: CommandIo): Promise<void> {
  const { planAnnotations, stepSummary, summaryOutput } = await import('../render/github.ts');
  const log = planText(plan, styleFor(io.stdout, flags, io), io.table.accessOf);
  io.stdout.write(`${planAnnotations(plan, io.table.accessOf)}${harmless(log)}\n`);
  append(io.environment['GITHUB_STEP_SUMMARY'], stepSummary(plan, io.table.accessOf));
  append(io.environment['GITHUB_OUTPUT'], summaryOutput(plan, io.table.accessOf));
}

function append(file: string | undefined, text: string): void {
  if (!file) return;
  try {
    appendFileSync(file, text);
  } catch (error) {
    throw new Failure('config', `cannot write to the file that the runner named: ${codeOf(error) ?? 'it refused'}`, {
      cause: error,
    });
  }
}
