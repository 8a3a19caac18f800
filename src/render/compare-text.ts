/** What differs between the live roles of targets, as a person reads it in a terminal. */
import type {
  Outlier,
  OutlierComparison,
  OutlierGroup,
  PairComparison,
  RoleDifference,
  Unclear,
} from '../core/compare-targets.ts';
import type { MeaningOf } from './access.ts';
import { scalarText } from './change-text.ts';
import { display } from './display.ts';
import { count, type Style } from './style.ts';

/** So many targets are named one by one. */
const named = 10;
/** So many different values of a field are shown. */
const shownValues = 3;

export interface Heading {
  readonly provider: string;
  readonly targets: readonly string[];
}

/** Two targets: each role that differs, and how. */
export function pairText(heading: Heading, comparison: PairComparison, style: Style, access: MeaningOf): string {
  const { paint, wrap } = style;
  const { provider, targets } = heading;
  const { roles, same, unclear } = comparison;
  const title = `${targets.map((one) => paint('bold', display(one))).join(' and ')}  ${paint('dim', provider)}`;
  const verdict =
    roles.length === 0
      ? `No difference: ${count(same, 'role')} on both.`
      : `${roles.length === 1 ? '1 role differs' : `${roles.length} roles differ`}, ${same === 1 ? '1 is' : `${same} are`} the same.`;
  return [
    wrap(title, 0, 2),
    ...roles.map((role) => roleText(role, heading, style, access)),
    ...unclearText(unclear, style),
    wrap(verdict, 0, 2),
  ].join('\n\n');
}

/** All targets of one provider: what most have, and who does not. */
export function outliersText({ provider, targets }: Heading, found: OutlierComparison, style: Style): string {
  const { paint, wrap } = style;
  const { outliers, same, unclear } = found;
  const title = `${paint('bold', provider)}  ${paint('dim', count(targets.length, 'target'))}`;
  const differing = new Set(outliers.map(({ role }) => role)).size;
  const verdict =
    targets.length === 1
      ? `${display(targets[0] ?? '')} is the only target: there is nothing to compare it with.`
      : differing === 0
        ? `No difference: ${count(same, 'role')} on ${targets.length === 2 ? 'both' : `all ${targets.length}`} targets.`
        : `${differing === 1 ? '1 role differs' : `${differing} roles differ`} somewhere, ${same === 1 ? '1 is' : `${same} are`} the same everywhere.`;
  const lines = outliers.map((one) => wrap(outlierText(one, targets.length, style), 2, 2));
  return [
    title,
    ...(lines.length > 0 ? [lines.join('\n')] : []),
    ...unclearText(unclear, style),
    wrap(verdict, 0, 2),
  ].join('\n\n');
}

function roleText(
  { role, on, first, second, fields }: RoleDifference,
  { provider, targets: [one = '', other = ''] }: Heading,
  { paint, wrap }: Style,
  access: MeaningOf,
): string {
  const words = (permission: string) => {
    const { phrase } = access(provider, permission);
    return `${display(permission)}${phrase === null ? '' : ` (${phrase})`}`;
  };
  const where = on === 'both' ? '' : `  ${paint('dim', `only on ${display(on === 'first' ? one : other)}`)}`;
  const only = (target: string) => (on === 'both' ? `only ${display(target)}: ` : '');
  return [
    wrap(`${paint('bold', display(role))}${where}`, 2, 2),
    ...first.map((permission) => wrap(`${only(one)}${words(permission)}`, 6, 2)),
    ...second.map((permission) => wrap(`${only(other)}${words(permission)}`, 6, 2)),
    ...Object.entries(fields).map(([field, values]) => {
      const said = `${display(one)} ${scalarText(values.first)}, ${display(other)} ${scalarText(values.second)}`;
      return wrap(`${display(field)}: ${said}`, 6, 2);
    }),
  ].join('\n');
}

/** `order support · read:billing: 197 of 200 have it; acme-no, bravo-se, delta-dk don't` */
function outlierText(outlier: Outlier, all: number, { paint }: Style): string {
  const { role, kind, name, groups } = outlier;
  const subject = [paint('bold', display(role)), ...(kind === 'role' ? [] : [display(name)])].join(' · ');
  return `${subject}: ${kind === 'field' ? valuesText(groups, all) : presenceText(outlier, all)}`;
}

function presenceText({ kind, groups: [most, others] }: Outlier, all: number): string {
  if (most === undefined || others === undefined) return '';
  const it = kind === 'role' ? 'this role' : 'it';
  const begin = `${amount(most, most.targets.length + others.targets.length, all)} ${verb(most, `have ${it}`)}`;
  if (most.targets.length > others.targets.length) return `${begin}; ${namesOf(others)} ${verb(others, 'do')}`;
  return `${begin}: ${namesOf(most)}; ${others.targets.length} ${verb(others, 'do')}: ${namesOf(others)}`;
}

/** `have it`, `does not` for those that lack it; `phrase` begins with `have` or `do`. */
function verb({ value, targets }: OutlierGroup, phrase: string): string {
  const one = targets.length === 1;
  if (value === true) return one ? phrase.replace(/^have/, 'has').replace(/^do$/, 'does') : phrase;
  return `${one ? "doesn't" : "don't"}${phrase === 'do' ? '' : ` ${phrase}`}`;
}

/** `197 of 200`; of fewer where not all of them have the role. */
function amount({ targets }: OutlierGroup, of: number, all: number): string {
  return `${targets.length} of ${of}${of < all ? ' with this role' : ''}`;
}

function valuesText(groups: readonly OutlierGroup[], all: number): string {
  const [most, second] = groups;
  if (most === undefined || second === undefined) return '';
  const total = groups.reduce((sum, { targets }) => sum + targets.length, 0);
  if (most.targets.length === 1 && total > 2) return `${total} targets, and each has its own`;
  const isTie = most.targets.length === second.targets.length;
  const has = (group: OutlierGroup) => `${group.targets.length === 1 ? 'has' : 'have'} ${scalarText(group.value)}`;
  const others = groups.slice(1, shownValues).map((group) => `${namesOf(group)} ${has(group)}`);
  const more = groups.length - shownValues;
  const begin = `${amount(most, total, all)} ${has(most)}${isTie ? `: ${namesOf(most)}` : ''}`;
  return [begin, ...others, ...(more > 0 ? [`${count(more, 'more value')}`] : [])].join('; ');
}

function namesOf({ targets }: OutlierGroup): string {
  const names = targets.slice(0, named).map(display).join(', ');
  return targets.length > named ? `${names} and ${targets.length - named} more` : names;
}

function unclearText(unclear: readonly Unclear[], { paint, wrap }: Style): readonly string[] {
  if (unclear.length === 0) return [];
  const lines = unclear.map(({ target, role, count: amountOf }) => {
    const what = role === '' ? count(amountOf, 'nameless role') : `${amountOf} roles called ${display(role)}`;
    return wrap(`${paint('yellow', 'not compared:')} ${display(target)} has ${what}`, 2, 2);
  });
  return [lines.join('\n')];
}
