/** `rolesync explain`: what a role of the files may do, which line grants it, since when and by whom. It reaches no provider. */
import { permissionLines } from '../authoring/edit-role.ts';
import { dayOf } from '../config/day.ts';
import { load, select } from '../config/index.ts';
import type { Meaning } from '../core/access.ts';
import { Failure } from '../core/failure.ts';
import type { DesiredRole, Source } from '../core/role.ts';
import { disk } from '../files/disk.ts';
import { type Blame, type BlamedLine, blame } from '../files/git-blame.ts';
import { type Contents, recorded } from '../files/overlay.ts';
import type { CommandIo } from '../io.ts';
import { didYouMean } from '../nearest-word.ts';
import { display, escapeUnsafe } from '../render/display.ts';
import { harmless } from '../render/github-log.ts';
import type { Style } from '../render/style.ts';
import { type Ending, hasErrors, problemsEnding, styleFor, writeJson } from './ending.ts';
import { exitCodes } from './exit-codes.ts';

export interface ExplainFlags {
  readonly files?: readonly string[];
  readonly target?: readonly string[];
  readonly env?: readonly string[];
  readonly format: 'text' | 'json';
  readonly color: boolean;
}

interface Explained {
  readonly targets: readonly string[];
  readonly provider: string;
  readonly role: DesiredRole;
  /** null: the file does not say; the live ones stay. */
  readonly permissions: readonly Granted[] | null;
  /** Why nobody can say since when; null: it is said. */
  readonly unknown: string | null;
}

interface Granted extends Meaning {
  readonly permission: string;
  readonly source: Source;
  readonly origin: BlamedLine | null;
}

/** Exit code 1 where the files have a mistake, or no such role. */
export async function explain(name: string, flags: ExplainFlags, io: CommandIo): Promise<Ending> {
  const { source, contents } = recorded(disk(io.cwd));
  const config = load(flags.files ?? ['roles'], {
    cwd: io.cwd,
    language: await io.table.language(),
    env: flags.env ?? [],
    today: dayOf(io.now()),
    source,
  });
  if (hasErrors(config.problems)) return problemsEnding(config.problems, flags, io);
  const targets = select(config, flags.target ?? []);
  const found = new Map<string, Explained>();
  const blames = new Map<string, Blame>();
  for (const { name: target, provider, roles } of targets) {
    for (const role of roles.filter((one) => one.name === name)) {
      const key = JSON.stringify(role.source);
      const before = found.get(key);
      const one = before ?? { targets: [], provider, role, ...permissionsOf(role, provider, contents, blames, io) };
      found.set(key, { ...one, targets: [...one.targets, target] });
    }
  }
  const all = [...found.values()];
  if (all.length === 0) {
    const names = new Set(targets.flatMap(({ roles }) => roles.map((role) => role.name)));
    throw new Failure('config', `the role files have no role \`${name}\`.${didYouMean(name, names)}`);
  }
  if (flags.format === 'json') writeJson({ formatVersion: 1, roles: all.map(documentOf) }, io);
  else {
    const style = styleFor(io.stdout, flags, io);
    io.stdout.write(harmless(`${all.map((one) => explainedText(one, style)).join('\n\n')}\n`));
  }
  return { exitCode: exitCodes.done };
}

function permissionsOf(
  { permissions, source }: DesiredRole,
  provider: string,
  contents: Contents,
  blames: Map<string, Blame>,
  { cwd, environment, table }: CommandIo,
): Pick<Explained, 'permissions' | 'unknown'> {
  if (permissions === undefined) return { permissions: null, unknown: null };
  const text = new TextDecoder().decode(contents.get(source.file));
  const lines = permissionLines(text, source);
  const told = blames.get(source.file) ?? blame(source.file, text, { cwd, environment });
  blames.set(source.file, told);
  return {
    permissions: permissions.map((permission) => {
      const line = lines.get(permission) ?? source.line;
      const origin = ('lines' in told && told.lines[line]) || null;
      return { permission, ...table.accessOf(provider, permission), source: { ...source, line, column: 1 }, origin };
    }),
    unknown: 'reason' in told ? told.reason : null,
  };
}

function documentOf({ role, permissions, ...rest }: Explained): unknown {
  const { name, description = null, absent, protected: isProtected, source } = role;
  return {
    name,
    ...rest,
    description,
    absent,
    protected: isProtected,
    source,
    permissions: permissions?.map(({ source: { file, line }, ...one }) => ({ ...one, source: { file, line } })) ?? null,
  };
}

function explainedText({ targets, role, permissions, unknown }: Explained, style: Style): string {
  const { paint, wrap } = style;
  const { name, description, absent, source } = role;
  const where = `${targets.map(display).join(', ')} · ${escapeUnsafe(source.file)}:${source.line}`;
  const notes = [
    ...(absent ? ['is to be deleted (`ensure: absent`)'] : []),
    ...(role.protected ? ['is protected: it never loses a permission and is never deleted'] : []),
    ...(permissions === null && !absent ? ['the file does not say what it may do: what it has live stays'] : []),
    ...(permissions?.length === 0 ? ['may do nothing'] : []),
    ...(unknown === null ? [] : [`since when and by whom is not known: ${escapeUnsafe(unknown)}`]),
  ];
  return [
    `${paint('bold', display(name))}  ${paint('dim', where)}`,
    ...(description ? [wrap(escapeUnsafe(description), 2)] : []),
    ...notes.map((note) => wrap(note, 2)),
    ...(permissions ?? []).flatMap((one) => ['', ...grantedText(one, style)]),
  ].join('\n');
}

function grantedText({ permission, phrase, class: risk, source, origin }: Granted, { paint, wrap }: Style) {
  const meaning = phrase === null ? `${risk}: nobody can say what it does` : `${risk}: ${phrase}`;
  const place = `${escapeUnsafe(source.file)}:${source.line}`;
  return [
    wrap(`${paint('bold', display(permission))}  ${meaning}`, 2, 4),
    wrap(paint('dim', origin === null ? place : `${place} · ${originText(origin)}`), 6, 2),
  ];
}

function originText({ commit, author, time, summary, boundary }: BlamedLine): string {
  if (commit === null) return 'not committed yet';
  const day = new Date(time * 1000).toISOString().slice(0, 10);
  const since = boundary ? `${day} or before (as far as this clone goes back)` : `since ${day}`;
  return `${since} · ${display(author)} · ${commit.slice(0, 10)} ${display(summary)}`;
}
