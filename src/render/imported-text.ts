/** The result of an import, in words: which roles are in which file now, which are equal on several targets, which were left out. */
import { byCodeUnit, groupBy } from '../core/role.ts';
import { display, escapeUnsafe } from './display.ts';
import { count } from './style.ts';

interface Imported {
  readonly provider: string;
  readonly role: { readonly name: string };
  readonly targets: readonly string[];
}

export interface ImportedFacts {
  readonly shares: readonly {
    readonly path: string;
    readonly isNew: boolean;
    readonly targets: readonly string[];
    readonly roles: readonly Imported[];
  }[];
  readonly imported: readonly Imported[];
  /** Names of built-in roles that no file names, by target. */
  readonly builtIn: ReadonlyMap<string, readonly string[]>;
  /** All that were read. */
  readonly targets: readonly { readonly name: string; readonly provider: string }[];
  /** Files were; else it went to standard output. */
  readonly written: boolean;
}

/** As many as a reader takes in. */
const listed = 20;

export function importedText({ shares, imported, builtIn, targets, written }: ImportedFacts): string {
  const files = written ? shares.map((share) => `${escapeUnsafe(share.path)}: ${whatOf(share)}`) : [];
  const left = [...builtIn].flatMap(([target, names]) =>
    names.length === 0
      ? []
      : [`${count(names.length, 'built-in role')} of ${display(target)} left out: ${namesText(names)}`],
  );
  const verdict =
    imported.length === 0
      ? 'Nothing to import: every live role that a file can name is in one already, or is built in.'
      : 'Verified: the files match the live roles, and a plan finds nothing to do for them.';
  return [...files, ...equalTexts(imported, targets), ...left, verdict].join('\n');
}

function whatOf({ isNew, targets, roles }: ImportedFacts['shares'][number]): string {
  const of = `of ${namesText(targets)}`;
  if (isNew)
    return roles.length === 0 ? `new, defines ${namesText(targets)}` : `new, ${count(roles.length, 'role')} ${of}`;
  return `${count(roles.length, 'role')} ${of} added`;
}

/** One sentence for each provider of which several targets were read. */
function equalTexts(imported: readonly Imported[], targets: ImportedFacts['targets']): readonly string[] {
  return [...groupBy(targets, ({ provider }) => provider)].flatMap(([provider, { length }]) => {
    const own = imported.filter((one) => one.provider === provider);
    const names = new Set(own.map(({ role }) => role.name));
    if (length < 2 || names.size === 0) return [];
    const equal = new Set(own.filter((one) => one.targets.length === length).map(({ role }) => role.name));
    const differing = [...names].filter((name) => !equal.has(name)).sort(byCodeUnit);
    const all = length === 2 ? 'both targets' : `all ${length} targets`;
    if (differing.length === 0) return [`${count(names.size, 'role')}, equal on ${all}`];
    const of = `${equal.size} of ${count(names.size, 'role')}`;
    return [
      `${of} ${equal.size === 1 ? 'is' : 'are'} equal on ${all}, ${differing.length} ${differing.length === 1 ? 'differs' : 'differ'}: ${namesText(differing)}`,
    ];
  });
}

function namesText(names: readonly string[]): string {
  const more = names.length > listed ? ` and ${names.length - listed} more` : '';
  return names.slice(0, listed).map(display).join(', ') + more;
}

export function leftOutText(one: {
  readonly target: string;
  readonly id: string;
  readonly role: string;
  readonly reason: string;
}): string {
  const name = one.role === '' ? '(nameless)' : display(one.role);
  return `left out: ${display(one.target)} · ${name} (id ${display(one.id)}): ${escapeUnsafe(one.reason)}`;
}
