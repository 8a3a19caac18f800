/** A role explained for people: what it may do, by which ways, and what was taken out or has ended. */
import type { Meaning } from '../core/access.ts';
import type { BlamedLine } from '../files/git-blame.ts';
import { display, escapeUnsafe } from '../render/display.ts';
import { count, type Style } from '../render/style.ts';
import type { Difference, Ended, Explained, Granted, Placed, TakenOut, Way } from './explained.ts';

/** More targets than these are counted. */
const NAMED = 5;

export function explainedText(one: Explained, style: Style): string {
  const { targets, role, permissions, without, ended, differs, unknown } = one;
  const { paint, wrap } = style;
  const { name, description, absent, source } = role;
  const where = `${namesText(targets)} · ${escapeUnsafe(source.file)}:${source.line}`;
  const notes = [
    ...(absent ? ['is to be deleted (`ensure: absent`)'] : []),
    ...(role.protected ? ['is protected: it never loses a permission and is never deleted'] : []),
    ...(permissions === null && !absent ? ['the file does not say what it may do: what it has live stays'] : []),
    ...(permissions?.length === 0 ? ['may do nothing'] : []),
    ...(differs === null ? [] : [differenceText(differs)]),
    ...(unknown === null ? [] : [`since when and by whom is not known: ${escapeUnsafe(unknown)}`]),
  ];
  return [
    `${paint('bold', display(name))}  ${paint('dim', where)}`,
    ...(description ? [wrap(escapeUnsafe(description), 2)] : []),
    ...notes.map((note) => wrap(note, 2)),
    ...(permissions ?? []).flatMap((granted) => ['', ...grantedText(granted, style)]),
    ...(without.length === 0 ? [] : ['', wrap('Taken out by `without`:', 2)]),
    ...without.flatMap((taken) => ['', ...takenText(taken, style)]),
    ...(ended.length === 0 ? [] : ['', wrap('Not wanted any more, because its exception has ended:', 2)]),
    ...ended.flatMap((end) => ['', ...endedText(end, style)]),
  ].join('\n');
}

function namesText(names: readonly string[]): string {
  const shown = names.length > NAMED + 1 ? names.slice(0, NAMED) : names;
  const rest = names.length - shown.length;
  return `${shown.map(display).join(', ')}${rest === 0 ? '' : ` and ${rest} more`}`;
}

function differenceText({ from, more, less }: Difference): string {
  const parts = [
    ...(more.length === 0 ? [] : [`also ${more.map(display).join(', ')}`]),
    ...(less.length === 0 ? [] : [`not ${less.map(display).join(', ')}`]),
  ];
  const others = `on ${from.length === 1 ? namesText(from) : count(from.length, 'other target')}`;
  if (parts.length === 0) return `may do the same as ${others}, by other ways`;
  return `differs by exceptions from what it may do ${others}: ${parts.join('; ')}`;
}

function grantedText({ permission, ways, ...meaning }: Granted, style: Style): readonly string[] {
  return [headText(permission, meaning, style), ...ways.map((way) => placeText(wayText(way), way, style))];
}

function takenText({ permission, exception, source, origin, ...meaning }: TakenOut, style: Style): readonly string[] {
  const said = exception === null ? '' : `exception (${whyText(exception)})`;
  return [headText(permission, meaning, style), placeText(said, { source, origin }, style)];
}

function endedText({ permission, until, reason, source, origin, ...meaning }: Ended, style: Style): readonly string[] {
  const said = `exception until ${until} (${escapeUnsafe(reason)})`;
  return [headText(permission, meaning, style), placeText(said, { source, origin }, style)];
}

function headText(permission: string, { phrase, class: risk }: Meaning, { paint, wrap }: Style): string {
  const meaning = phrase === null ? `${risk}: nobody can say what it does` : `${risk}: ${phrase}`;
  return wrap(`${paint('bold', display(permission))}  ${meaning}`, 2, 4);
}

/** Nothing of the role's own list: its place says it all. */
function wayText({ kind, sets, until, reason, owner }: Way): string {
  if (kind === 'own') return '';
  if (kind === 'set') return `set ${sets.map(display).join(' → ')}`;
  return `exception${until === null ? '' : ` until ${until}`} (${whyText({ reason: reason ?? '', owner })})`;
}

function whyText({ reason, owner }: { readonly reason: string; readonly owner: string | null }): string {
  return owner === null ? escapeUnsafe(reason) : `${escapeUnsafe(reason)}; ${display(owner)}`;
}

function placeText(said: string, { source, origin }: Placed, { paint, wrap }: Style): string {
  const place = `${escapeUnsafe(source.file)}:${source.line}`;
  const parts = [...(said === '' ? [] : [said]), place, ...(origin === null ? [] : [originText(origin)])];
  return wrap(paint('dim', parts.join(' · ')), 6, 2);
}

function originText({ commit, author, time, summary, boundary }: BlamedLine): string {
  if (commit === null) return 'not committed yet';
  const day = new Date(time * 1000).toISOString().slice(0, 10);
  const since = boundary ? `${day} or before (as far as this clone goes back)` : `since ${day}`;
  return `${since} · ${display(author)} · ${commit.slice(0, 10)} ${display(summary)}`;
}
