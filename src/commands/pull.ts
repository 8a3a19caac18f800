/** `rolesync pull`: takes what is live over into the role files. It reads providers and writes files, never the other way round. */
import { adopt } from '../authoring/adopt.ts';
import { type AlsoChanged, alsoChanged } from '../authoring/also.ts';
import { type Composed, compose, type Step } from '../authoring/compose.ts';
import { placeExceptions } from '../authoring/exception-places.ts';
import { dirOf, isFile } from '../authoring/lay-out.ts';
import { disproof } from '../authoring/prove.ts';
import { type Choice, type KindOfDrift, type Left, type Reading, takeOver } from '../authoring/take-over.ts';
import type { Config } from '../config/config.ts';
import { dayOf } from '../config/day.ts';
import { load } from '../config/index.ts';
import type { Language } from '../config/language.ts';
import { Failure } from '../core/failure.ts';
import { type FailedTarget, isPlanned, type Plan } from '../core/plan.ts';
import { faultInDescription } from '../core/text.ts';
import { createFiles } from '../files/create.ts';
import { disk, typed } from '../files/disk.ts';
import { type FileSource, isMissing } from '../files/file-source.ts';
import { type Contents, overlay, recorded } from '../files/overlay.ts';
import { replaceFiles } from '../files/replace.ts';
import type { CommandIo } from '../io.ts';
import { didYouMean } from '../nearest-word.ts';
import { display, escapeUnsafe } from '../render/display.ts';
import { fileDiff, patchOf } from '../render/file-diff.ts';
import { harmless } from '../render/github-log.ts';
import { count } from '../render/style.ts';
import { alsoLines, commitMessage } from '../render/taken-text.ts';
import { type Ending, failureEnding, hasErrors, problemsEnding, styleFor, writeJson } from './ending.ts';
import { exitCodes } from './exit-codes.ts';
import { planAll } from './plan-all.ts';
import { type Flags, type Run, withTargets } from './prepare.ts';
import { readingOnly, readingsOf } from './reading.ts';
import { schemaFor } from './schema-line.ts';

export interface PullFlags extends Omit<Flags, 'target' | 'rev' | 'base' | 'baseDir' | 'trust'> {
  /** Role files, or folders of them. */
  readonly files?: readonly string[];
  readonly role?: readonly string[];
  readonly only?: KindOfDrift;
  readonly adopt?: true;
  readonly shared?: true;
  /** What only some targets of a role have, or lack of a set, becomes an exception of these. */
  readonly exception?: true;
  /** Why; for `exception`. */
  readonly reason?: string;
  /** What a set gives is taken out of the set. */
  readonly sets?: true;
  readonly yes?: true;
}

/** Exit code 1 if a target could not be read, nothing could be written, or on a "no"; 3 if something had to stay; else 0. */
export function pull(targets: readonly string[], flags: PullFlags, io: CommandIo): Promise<Ending> {
  if (flags.yes !== true && io.ask === undefined) {
    throw new Failure('config', 'pull asks before it edits files, and there is no terminal to ask on; give --yes');
  }
  refuseUnclear(flags);
  const { files = ['roles'] } = flags;
  const selected = targets.length === 0 ? flags : { ...flags, target: targets };
  return withTargets(files, selected, io, (run) => pullFrom(run, files, flags, io));
}

/** Before anything is read. */
function refuseUnclear(flags: PullFlags): void {
  const fault = faultInFlags(flags);
  if (fault !== undefined) throw new Failure('config', fault);
}

function faultInFlags({ exception, reason, sets }: PullFlags): string | undefined {
  if (exception === undefined) {
    return reason === undefined ? undefined : '--reason is the reason of an exception: give --exception too';
  }
  if (sets !== undefined) return '--exception and --sets are two ways to take over the same: give one of them';
  return faultInReason(reason);
}

function faultInReason(reason: string | undefined): string | undefined {
  if (reason === undefined || reason.trim() === '') return 'an exception says why it is there: give --reason TEXT';
  const fault = faultInDescription(reason);
  return fault && `the --reason ${fault}`;
}

async function pullFrom(run: Run, paths: readonly string[], flags: PullFlags, io: CommandIo): Promise<Ending> {
  const plan = await planAll(readingOnly(run), io);
  run.tellDoubts(plan);
  const onDisk = disk(io.cwd);
  const { source, contents } = recorded(onDisk);
  const language = await io.table.language();
  const read = (from: FileSource, created: readonly string[] = []): Config =>
    load([...paths, ...created], {
      cwd: io.cwd,
      language,
      strict: flags.strict === true,
      env: flags.env ?? [],
      today: dayOf(io.now()),
      source: from,
    });
  // From here on these bytes count: what is edited is what was read.
  const config = read(source);
  if (hasErrors(config.problems)) return problemsEnding(config.problems, flags, io);
  const readings = readingsOf(plan, run);
  if (flags.role !== undefined) refuseUnknown(flags.role, config, readings);
  const choice = choiceOf(flags, language);
  const found = takeOver(config, readings, choice);
  const more = flags.adopt ? adopt(config, readings, choice) : { adoptions: [], left: [] };
  const { placed, left } = placeExceptions(found.exceptions, {
    config,
    contents,
    folder: folderOf(paths, io),
    isFree: (path) => isMissing(path, onDisk),
    schemaFor: (path) => schemaFor(path, onDisk),
  });
  const created = [...new Set(placed.flatMap(({ file, head }) => (head === undefined ? [] : [file])))];
  const reload = (after: Contents) =>
    read(
      overlay(onDisk, new Map([...contents, ...after])),
      created.filter((file) => after.has(file)),
    );
  const steps: readonly Step[] = [
    ...found.entries.map((entry) => ({ entry })),
    ...found.sets.map((sets) => ({ sets })),
    ...placed.map((exception) => ({ exception })),
    ...more.adoptions.map((adoption) => ({ adoption })),
  ];
  const composed = compose(steps, { config, readings, contents, reload });
  const after = composed.contents.size === 0 ? config : reload(composed.contents);
  const pulled: Pulled = {
    plan,
    before: contents,
    composed,
    also: alsoChanged(config, after, composed.claim.taken),
    left: [...found.left, ...left, ...more.left, ...composed.left],
  };
  const written = [...composed.contents.keys()].filter((file) => created.includes(file));
  const proof = () => disproof(config, read(onDisk, written), readings, composed.claim);
  return finish(pulled, proof, flags, io);
}

function choiceOf({ shared, exception, reason = '', sets, role, only }: PullFlags, language: Language): Choice {
  return {
    shared: shared === true,
    ...(exception && { exception: { reason } }),
    sets: sets === true,
    language,
    ...(role && { roles: role }),
    ...(only && { only }),
  };
}

/** Where role files are: the first folder that was given, else where the first file is. */
function folderOf(paths: readonly string[], { cwd }: CommandIo): string {
  const all = paths.map((path) => typed(cwd, path));
  return all.find((path) => !isFile(path)) ?? dirOf(all[0] ?? 'roles');
}

interface Pulled {
  readonly plan: Plan;
  /** What the files held. */
  readonly before: Contents;
  readonly composed: Composed;
  readonly also: readonly AlsoChanged[];
  readonly left: readonly Left[];
}

async function finish(
  pulled: Pulled,
  proof: () => string | undefined,
  flags: PullFlags,
  io: CommandIo,
): Promise<Ending> {
  const { plan, before, composed, also, left } = pulled;
  const style = styleFor(io.stderr, flags, io);
  const changes = [...composed.contents].map(([path, after]) => {
    const old = before.get(path);
    return { path, before: old, after, diff: fileDiff(path, textOf(old ?? new Uint8Array()), textOf(after)) };
  });
  const failed = plan.targets.filter((target): target is FailedTarget => !isPlanned(target));
  for (const { name, error } of failed) io.stderr.write(`error: ${display(name)}: ${escapeUnsafe(error.message)}\n`);
  for (const line of alsoLines(also)) io.stderr.write(harmless(`${line}\n`));
  for (const { diff } of changes) io.stderr.write(harmless(`${patchOf(diff, style)}\n`));
  for (const one of left) io.stderr.write(harmless(`${leftText(one)}\n`));
  if (changes.length > 0 && flags.yes !== true) {
    const answer = io.signal.aborted
      ? ''
      : await io.ask?.(`Write ${count(changes.length, 'file')}? Only \`yes\` is taken as a yes: `);
    if (answer?.trim() !== 'yes') {
      return failureEnding(
        new Failure('refused', 'the answer was not `yes`; no file was written'),
        flags.format === 'json',
        io,
      );
    }
  }
  if (changes.length > 0) write(changes, proof, io);
  const message = changes.length === 0 ? null : commitMessage(composed.claim.taken, io.table.accessOf);
  if (flags.format === 'json')
    writeJson(
      documentOf(
        pulled,
        changes.map(({ diff }) => diff),
        message,
      ),
      io,
    );
  else io.stdout.write(harmless(message ?? `${nothingText(pulled)}\n`));
  const stays = left.some(({ code }) => !settledElsewhere.has(code));
  return { exitCode: failed.length > 0 ? exitCodes.error : stays ? exitCodes.withheld : exitCodes.done };
}

interface Written {
  readonly path: string;
  /** undefined: the file is new. */
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array;
}

function write(changes: readonly Written[], proof: () => string | undefined, { cwd }: CommandIo): void {
  const fresh = changes.flatMap(({ path, before, after }) => (before === undefined ? [{ path, content: after }] : []));
  const edited = changes.flatMap(({ path, before, after }) => (before === undefined ? [] : [{ path, before, after }]));
  createFiles(fresh, cwd, () => replaceFiles(edited, cwd, proof));
}

/** A name that is nowhere is a typing mistake; without this the answer would be that there is nothing to do. */
function refuseUnknown(names: readonly string[], { targets }: Config, readings: readonly Reading[]): void {
  const known = new Set([
    ...targets.flatMap(({ roles }) => roles.map(({ name }) => name)),
    ...readings.flatMap(({ live }) => live.map(({ role }) => role.name)),
  ]);
  const unknown = names.find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new Failure('config', `no file and no target has a role \`${unknown}\`.${didYouMean(unknown, known)}`);
}

/** What is left to apply, or to the person who looks after the file. */
const settledElsewhere: ReadonlySet<Left['code']> = new Set(['not-live', 'absent', 'ended']);

function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

function leftText({ target, role, source, reason }: Left): string {
  const at = source === null ? '' : ` (${escapeUnsafe(source.file)}:${source.line})`;
  return `not taken over: ${display(target)} · ${display(role)}${at}: ${escapeUnsafe(reason)}`;
}

function nothingText({ plan, left }: Pulled): string {
  if (plan.targets.some((target) => !isPlanned(target)))
    return 'Nothing was taken over, and not every target could be read.';
  return left.length > 0 ? 'Nothing was taken over.' : 'Nothing to take over: the files say what is live.';
}

function documentOf(
  { plan, composed, also, left }: Pulled,
  diffs: readonly { readonly file: string; readonly patch: string }[],
  message: string | null,
): unknown {
  return {
    formatVersion: 1,
    files: diffs,
    taken: composed.claim.taken.map(({ target, source, change }) => {
      const { action, role, id, grants, revokes, fields } = change;
      return { target, action: action === 'create' ? 'adopt' : action, role, id, source, grants, revokes, fields };
    }),
    alsoChanges: also,
    left,
    errors: plan.targets.flatMap((target) => (isPlanned(target) ? [] : [{ target: target.name, ...target.error }])),
    message,
  };
}
