/** Everything of a plan that a comment can leave out if it must: one line each, with its risk and its group. */
import { type Change, type Part, parts } from '../core/change.ts';
import { isPlanned, type Plan, type PlannedTarget, type TargetPlan, type Withheld } from '../core/plan.ts';
import { groupBy } from '../core/role.ts';
import type { MeaningOf } from './access.ts';
import { type Cause, causes, endText, reach } from './causes.ts';
import { code, name, type Surroundings } from './code-span.ts';
import { escapeUnsafe } from './display.ts';
import { reachedSentences, throughText } from './in-the-end.ts';
import { dropped, fieldsOf, folded, granted, revoked } from './markdown-cells.ts';
import { leastRisk, noticeRisk, ofClass } from './rank.ts';
import { tell } from './repeated.ts';
import { type ChangeRow, dropsIn, permissionsIn, rows } from './rows.ts';
import { count } from './style.ts';

/** Lines of one group are together, in the order of this plan; a group begins with its heading. */
export interface TableLine {
  readonly group: string;
  readonly head: string;
  readonly text: string;
  /** 0 is the worst; the last to go. */
  readonly risk: number;
}

const tableHead = '| Role | Change | Gains | Loses | Sets |\n| --- | --- | --- | --- | --- |';

/** Sorted within each group. */
export function lines(plan: Plan, access: MeaningOf): readonly TableLine[] {
  const planned = plan.targets.filter(isPlanned);
  const told = tell(plan);
  const holders = new Map(told.changes.map(({ change, targets }) => [change, targets]));
  const own = new Set(planned.flatMap((target) => told.own(target).changes));
  const all = rows(plan, access).filter(({ change }) => own.has(change) || holders.has(change));
  const line = (row: ChangeRow) => {
    const targets = holders.get(row.change);
    if (targets !== undefined) return repeatedLine(row, targets, access);
    return row.drift ? driftLine(row, access) : changeLine(row, plan, access);
  };
  return [
    ...plan.targets.flatMap(failure),
    ...causes(plan).map(causeLine),
    ...[false, true].flatMap((drift) => {
      const some = all.filter((row) => row.drift === drift);
      return [...some.filter(({ change }) => holders.has(change)), ...some.filter(({ change }) => own.has(change))].map(
        line,
      );
    }),
    ...planned.flatMap((target) => reachedLines(target, access)),
    ...told.withheld.map(({ change, targets }) => withheldLine(targets, change, access)),
    ...planned.flatMap((target) => told.own(target).withheld.map((change) => withheldLine([target], change, access))),
    ...conditionLines(planned),
    ...planned.flatMap(unmanagedLine),
    ...quietLine(plan),
  ];
}

/** The message of a failure is cut where it is longer. */
export function unreadTarget({ name: target, error }: Extract<TargetPlan, { error: unknown }>): string {
  return `${name(target, 'text')} (${code(error.code, 'text')}): ${code(shortened(error.message), 'text')}`;
}

function failure(target: TargetPlan): readonly TableLine[] {
  // A destination that nobody trusts yet is listed with the safeguards.
  if (isPlanned(target) || target.error.code === 'untrusted') return [];
  const head = '> [!WARNING]\n> **Not read, so nothing is planned for:**';
  return [{ group: 'failures', head, text: `> - ${unreadTarget(target)}`, risk: -1 }];
}

function changeLine(row: ChangeRow, plan: Plan, access: MeaningOf): TableLine {
  const { target } = row;
  const head = `#### ${place(target)}\n\n${tableHead}`;
  return { group: `changes ${plan.targets.indexOf(target)}`, head, text: tableRow(row, access), risk: row.risk };
}

/** Targets that have the same changes are listed once, above their table. */
function repeatedLine(row: ChangeRow, targets: readonly PlannedTarget[], access: MeaningOf): TableLine {
  const names = folded(
    targets.map((target) => name(target.name, 'text')),
    'text',
  );
  const drift = row.drift ? `Not from this branch: ${notOurs}.\n\n` : '';
  const head = `#### ${row.drift ? 'Drift: the' : 'The'} same on ${count(targets.length, 'target')}\n\n${drift}${names}\n\n${tableHead}`;
  return { group: `same ${head}`, head, text: tableRow(row, access), risk: row.risk };
}

/** Above any row, because each of them represents many. */
const causeRisk = -0.5;

function causeLine(cause: Cause): TableLine {
  const { kind, set, reason, effect, permissions, source } = cause;
  const what = kind === 'set' ? `Set ${name(set, 'text')}` : `Exception${endText(cause)}`;
  const why = reason === null ? '' : ` (${code(reason, 'text')})`;
  const sign = effect === 'grant' ? '+' : '−';
  const listed = folded(
    permissions.map((permission) => `${sign} ${name(permission, 'text')}`),
    'text',
  );
  const place = code(`${source.file}:${source.line}`, 'text');
  const text = `- ${what}${why}, ${place}: ${listed} for ${reach(cause, (one) => name(one, 'text'))}`;
  return { group: 'causes', head: '#### Causes', text, risk: causeRisk };
}

const notOurs = 'live differs from what is already merged; this would set it back';

function driftLine(row: ChangeRow, access: MeaningOf): TableLine {
  const head = `#### Drift: ${place(row.target)}\n\nNot from this branch: ${notOurs}.\n\n${tableHead}`;
  return { group: `drift ${row.target.name}`, head, text: tableRow(row, access), risk: row.risk };
}

function tableRow({ target, change, parts: some }: ChangeRow, access: MeaningOf): string {
  const { grants, revokes } = permissionsIn(change, some);
  const everything = `− **everything**${revokes.length > 0 ? ': ' : ''}`;
  const own =
    change.action === 'delete' && some.some(({ kind }) => kind === 'delete')
      ? everything + revoked(revokes, target.provider, access, 'cell')
      : revoked(revokes, target.provider, access, 'cell', '− ');
  const loses = [own, dropped(dropsIn(some), 'cell', '− ')].filter((text) => text !== '').join('<br>');
  const cells = [
    subject(change, some, 'cell'),
    verb(change, some),
    granted(grants, target.provider, access, 'cell'),
    loses,
    fieldsOf(change, some, 'cell').join('<br>'),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Whoever has the role today knows it by its name of today. */
function subject(change: Change, some: readonly Part[], where: Surroundings): string {
  if (change.action !== 'update' || change.before.name === change.after.name) return name(change.role, where);
  if (!some.some((part) => part.kind === 'field' && part.field === 'name')) return name(change.before.name, where);
  return `holders of ${name(change.before.name, where)} (now called ${name(change.after.name, where)})`;
}

function verb({ action, cause }: Change, some: readonly Part[]): string {
  if (action === 'delete') return cause === 'unmanaged' ? '**delete**: no file names it' : '**delete**';
  if (action === 'create') return some.some(({ kind }) => kind === 'create') ? 'create' : 'create (see drift)';
  return some.some((part) => part.kind === 'field' && part.field === 'name') ? 'update, **rename**' : 'update';
}

function reachedLines(target: PlannedTarget, access: MeaningOf): readonly TableLine[] {
  return reachedSentences(target, access).map(({ reached, phrase, isAlarming, class: kind }) => {
    const { role, direction, permission, way } = reached;
    const meaning = phrase === null ? '' : ` (${phrase})`;
    const through = throughText(way.map((one) => name(one, 'text')));
    const what = `${name(role, 'text')} ${direction} ${name(permission, 'text')}${meaning} ${through}`;
    return {
      group: `in the end ${target.name}`,
      head: `#### In the end, through roles that roles hold: ${place(target)}`,
      text: `- ${isAlarming ? '⚠️ ' : ''}${what}`,
      risk: direction === 'gains' ? ofClass(kind) : noticeRisk,
    };
  });
}

function withheldLine(targets: readonly PlannedTarget[], change: Withheld, access: MeaningOf): TableLine {
  const { grants, revokes } = permissionsIn(change, parts(change));
  const provider = targets[0]?.provider ?? '';
  const effects = [
    ...(change.action === 'delete' ? ['delete'] : change.action === 'create' ? ['create'] : []),
    ...(grants.length > 0 ? [`gain ${granted(grants, provider, access, 'text')}`] : []),
    ...(revokes.length > 0 ? [`lose ${revoked(revokes, provider, access, 'text')}`] : []),
    ...(change.drops.length > 0 ? [`take ${dropped(change.drops, 'text')}`] : []),
    ...fieldsOf(change, parts(change), 'text').map((field) => `set ${field}`),
  ];
  const what = `${listOf(targets)} · ${subject(change, parts(change), 'text')}`;
  return {
    group: 'withheld',
    head: '#### Withheld: not written',
    text: `- ${what}: ${effects.join('; ')}. Why: ${code(change.reason, 'text')}`,
    risk: noticeRisk,
  };
}

function listOf(targets: readonly PlannedTarget[]): string {
  return folded(
    targets.map((target) => name(target.name, 'text')),
    'text',
  );
}

/** One line for all targets on which the same is checked for the same roles. */
function conditionLines(targets: readonly PlannedTarget[]): readonly TableLine[] {
  const asked = targets.flatMap((target) => {
    const some = target.changes.flatMap(({ role, conditions }) => conditions.map(({ text }) => ({ role, text })));
    return [...groupBy(some, ({ text }) => text)].map(([text, of]) => ({
      target,
      text,
      roles: of.map(({ role }) => role),
    }));
  });
  return [...groupBy(asked, ({ text, roles }) => JSON.stringify([text, roles])).values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const roles = folded(
      first.roles.map((role) => name(role, 'text')),
      'text',
    );
    return {
      group: 'conditions',
      head: '#### Checked by `apply` just before the write',
      text: `- ${listOf(same.map(({ target }) => target))}: ${code(first.text, 'text')}, for ${roles}`,
      risk: noticeRisk,
    };
  });
}

function unmanagedLine(target: PlannedTarget): readonly TableLine[] {
  const { unmanaged, ignored } = target;
  const names = unmanaged.map(({ id, name: role }) =>
    role === '' ? `nameless, id ${name(id, 'text')}` : name(role, 'text'),
  );
  const rest = ignored > 0 ? [`${ignored} ignored`] : [];
  const listed = names.length > 0 ? [folded(names, 'text')] : [];
  if (listed.length + rest.length === 0) return [];
  return [
    {
      group: 'unmanaged',
      head: '#### Live roles that no file names',
      text: `- ${name(target.name, 'text')}: ${[...listed, ...rest].join('; ')}`,
      risk: leastRisk,
    },
  ];
}

function quietLine(plan: Plan): readonly TableLine[] {
  const quiet = plan.targets.filter(isPlanned).filter(({ changes }) => changes.length === 0);
  if (quiet.length === 0 || quiet.length === plan.targets.length) return [];
  const names = folded(
    quiet.map((target) => name(target.name, 'text')),
    'text',
  );
  const roles = quiet.reduce((sum, { unchanged }) => sum + unchanged, 0);
  const text = `No changes in ${names} (${count(roles, 'role')} as declared).`;
  return [{ group: 'quiet', head: '', text, risk: leastRisk }];
}

/** Which live system it is: an approval is for this one and no other. */
function place({ name: target, provider, tenant, baseUrl }: TargetPlan): string {
  const where = [provider, tenant, baseUrl].filter((text) => text !== '').map((text) => code(text, 'text'));
  return [name(target, 'text'), ...where].join(' · ');
}

function shortened(message: string): string {
  const limit = 600;
  const text = escapeUnsafe(message);
  return text.length > limit ? `${text.slice(0, limit)}… (${text.length} characters)` : text;
}
