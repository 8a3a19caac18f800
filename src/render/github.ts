/** What a run on GitHub Actions shows: annotations of role files, outputs, a summary. Pure; it writes no file and prints nothing. */
import type { Change } from '../core/change.ts';
import { isPlanned, type Plan, type PlannedTarget } from '../core/plan.ts';
import type { Problem } from '../core/problem.ts';
import { changeSentences, gainsPower, type MeaningOf, sentenceText } from './access.ts';
import { display } from './display.ts';
import { type Annotation, commands } from './github-commands.ts';
import { planMarkdown } from './markdown.ts';
import { risk } from './rank.ts';

const sentencesInOne = 12;
/** GitHub refuses a summary over 1 MiB; a UTF-16 unit takes three bytes at most. */
const summaryBudget = 340_000;

/**
 * Workflow commands, one a line, '' without any: changes as notices, moved safeguards and withheld parts as warnings,
 * targets that could not be read as errors; at most ten of each, riskiest first.
 */
export function planAnnotations(plan: Plan, access: MeaningOf): string {
  return commands([...failures(plan), ...safeguards(plan), ...withheld(plan, access), ...changes(plan, access)]);
}

/** The mistakes in role files, as `validate` finds them. */
export function problemAnnotations(problems: readonly Problem[]): string {
  return commands(
    problems.map(({ severity, code, message, source }) => ({ level: severity, source, title: code, lines: [message] })),
  );
}

/**
 * Lines for `$GITHUB_OUTPUT`. Only our own names, numbers, booleans and the digest: no foreign text and no line break
 * can stand in them, so they need no heredoc.
 */
export function summaryOutput(plan: Plan, access: MeaningOf): string {
  const { summary, targets } = plan;
  const planned = targets.filter(isPlanned);
  const powerful = planned.flatMap(({ changes: some, provider }) =>
    some.filter((change) => gainsPower(change, provider, access)),
  );
  const amount = summary.create + summary.update + summary.delete;
  const values: Readonly<Record<string, string | number | boolean>> = {
    changed: amount > 0,
    create: summary.create,
    update: summary.update,
    delete: summary.delete,
    unchanged: summary.unchanged,
    withheld: summary.withheld,
    unmanaged: summary.unmanaged,
    power: powerful.length,
    safeguards: plan.safeguards.length,
    errors: targets.length - planned.length,
    digest: /^sha256:[0-9a-f]{64}$/.test(plan.digest) ? plan.digest : '',
  };
  return Object.entries(values)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

/** For `$GITHUB_STEP_SUMMARY`: the comment, with room for nearly every plan whole. */
export function stepSummary(plan: Plan, access: MeaningOf): string {
  return planMarkdown(plan, access, { budget: summaryBudget });
}

function failures(plan: Plan): readonly Annotation[] {
  const failed = plan.targets.flatMap((target) => (isPlanned(target) ? [] : target));
  return [
    ...failed.filter(({ error }) => error.code === 'untrusted'),
    ...failed.filter(({ error }) => error.code !== 'untrusted'),
  ].map(({ name, error }) => {
    const what = error.code === 'untrusted' ? 'new destination for credentials' : `not read (${error.code})`;
    return { level: 'error', source: null, title: `${display(name)}: ${what}`, lines: [error.message] };
  });
}

/** Their place is in the base: in the files of the branch that line is another one, or none. */
const gone: ReadonlySet<string> = new Set(['role-unmanaged', 'target-removed']);

function safeguards(plan: Plan): readonly Annotation[] {
  return plan.safeguards.map(({ code, target, message, source }) => ({
    level: 'warning',
    source: gone.has(code) ? null : source,
    title: `safeguard moved${target === '' ? '' : ` in ${display(target)}`} (${display(code)})`,
    lines: [message],
    always: true,
  }));
}

function withheld(plan: Plan, access: MeaningOf): readonly Annotation[] {
  return worstFirst(plan, access, (target) => target.withheld).map(({ change, target }) => ({
    level: 'warning',
    source: change.source,
    title: `withheld: ${change.action} ${display(change.role)} in ${display(target.name)}`,
    lines: [change.reason],
  }));
}

function changes(plan: Plan, access: MeaningOf): readonly Annotation[] {
  return worstFirst(plan, access, (target) => target.changes).map(({ change, target }) => ({
    level: 'notice',
    source: change.source,
    title: `${change.action} ${display(change.role)} in ${display(target.name)}`,
    lines: () => {
      const said = changeSentences(change, target.provider, access).map(
        (sentence) => `${sentenceText(sentence)}${sentence.drift ? ' [drift]' : ''}`,
      );
      const more = said.length - sentencesInOne;
      const fields = Object.keys(change.fields).map((field) => `sets ${display(field)}`);
      return [...said.slice(0, sentencesInOne), ...(more > 0 ? [`and ${more} more`] : []), ...fields];
    },
  }));
}

function worstFirst<Some extends Change>(
  plan: Plan,
  access: MeaningOf,
  of: (target: PlannedTarget) => readonly Some[],
): readonly { readonly change: Some; readonly target: PlannedTarget }[] {
  return plan.targets
    .filter(isPlanned)
    .flatMap((target) => of(target).map((change) => ({ change, target, risk: risk(change, target.provider, access) })))
    .sort((a, b) => a.risk - b.risk);
}
