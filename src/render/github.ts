/** What a run on GitHub Actions shows: annotations of role files, outputs, a summary. Pure; it writes no file and prints nothing. */
import type { Change } from '../core/change.ts';
import { isPlanned, type Plan, type PlannedChange, type PlannedTarget, type Withheld } from '../core/plan.ts';
import type { Problem } from '../core/problem.ts';
import { changeSentences, gainsPower, type MeaningOf, sentenceText } from './access.ts';
import { causes, reach } from './causes.ts';
import { display } from './display.ts';
import { type Annotation, commands } from './github-commands.ts';
import { planMarkdown } from './markdown.ts';
import { risk } from './rank.ts';
import { tell } from './repeated.ts';

const sentencesInOne = 12;
/** GitHub refuses a summary over 1 MiB; a UTF-16 unit takes three bytes at most. */
const summaryBudget = 340_000;

/**
 * Workflow commands, one a line, '' without any: changes as notices, moved safeguards and withheld parts as warnings,
 * targets that could not be read as errors; at most ten of each, riskiest first.
 */
export function planAnnotations(plan: Plan, access: MeaningOf): string {
  return commands([
    ...failures(plan),
    ...safeguards(plan),
    ...withheld(plan, access),
    ...causeNotices(plan),
    ...changes(plan, access),
  ]);
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
  return worstFirst(plan, access, ({ withheld: some }) => some).map(({ change, where }) => ({
    level: 'warning',
    source: change.source,
    title: `withheld: ${change.action} ${display(change.role)} ${where}`,
    lines: [change.reason],
  }));
}

/** At the line of the set or the exception: that is where the branch changed something. */
function causeNotices(plan: Plan): readonly Annotation[] {
  return causes(plan).map((cause) => {
    const { kind, set, until, effect, permissions, source } = cause;
    const what = { set: `set ${display(set)}`, exception: 'exception', end: `exception that ended on ${until}` }[kind];
    const sign = effect === 'grant' ? '+' : '-';
    const more = permissions.length - sentencesInOne;
    const listed = permissions.slice(0, sentencesInOne).map((one) => `${sign} ${display(one)}`);
    return {
      level: 'notice',
      source,
      title: `${what}: ${reach(cause, display)}`,
      lines: [...listed, ...(more > 0 ? [`and ${more} more`] : [])],
    };
  });
}

function changes(plan: Plan, access: MeaningOf): readonly Annotation[] {
  return worstFirst(plan, access, ({ changes: some }) => some).map(({ change, target, where }) => ({
    level: 'notice',
    source: change.source,
    title: `${change.action} ${display(change.role)} ${where}`,
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

/** What is the same on several targets is listed once. */
function worstFirst<Some extends Change>(
  plan: Plan,
  access: MeaningOf,
  of: (some: { readonly changes: readonly PlannedChange[]; readonly withheld: readonly Withheld[] }) => readonly Some[],
): readonly { readonly change: Some; readonly target: PlannedTarget; readonly where: string }[] {
  return tell(plan)
    .groups.flatMap(({ targets, ...some }) => {
      const [target] = targets;
      if (target === undefined) return [];
      const where = targets.length === 1 ? `in ${display(target.name)}` : `on ${targets.length} targets`;
      return of(some).map((change) => ({ change, target, where, risk: risk(change, target.provider, access) }));
    })
    .sort((a, b) => a.risk - b.risk);
}
