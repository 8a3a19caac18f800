/** `rolesync pull`: takes what is live over into the role files. It reads providers and writes files, never the other way round. */
import { adopt } from '../authoring/adopt.ts';
import { type Composed, compose } from '../authoring/compose.ts';
import { disproof } from '../authoring/prove.ts';
import { type Choice, type KindOfDrift, type Left, type Reading, takeOver } from '../authoring/take-over.ts';
import type { Config } from '../config/config.ts';
import { dayOf } from '../config/day.ts';
import { load } from '../config/index.ts';
import { Failure } from '../core/failure.ts';
import { type FailedTarget, isPlanned, type Plan } from '../core/plan.ts';
import { disk } from '../files/disk.ts';
import type { FileSource } from '../files/file-source.ts';
import { type Contents, overlay, recorded } from '../files/overlay.ts';
import { replaceFiles } from '../files/replace.ts';
import type { CommandIo } from '../io.ts';
import { didYouMean } from '../nearest-word.ts';
import { display, escapeUnsafe } from '../render/display.ts';
import { fileDiff, patchOf } from '../render/file-diff.ts';
import { harmless } from '../render/github-log.ts';
import { count } from '../render/style.ts';
import { commitMessage } from '../render/taken-text.ts';
import { type Ending, failureEnding, hasErrors, problemsEnding, styleFor, writeJson } from './ending.ts';
import { exitCodes } from './exit-codes.ts';
import { planAll } from './plan-all.ts';
import { type Flags, type Run, withTargets } from './prepare.ts';
import { readingOnly, readingsOf } from './reading.ts';

export interface PullFlags extends Omit<Flags, 'target' | 'rev' | 'base' | 'baseDir' | 'trust'> {
  /** Role files, or folders of them. */
  readonly files?: readonly string[];
  readonly role?: readonly string[];
  readonly only?: KindOfDrift;
  readonly adopt?: true;
  readonly shared?: true;
  readonly yes?: true;
}

/** Exit code 1 if a target could not be read, nothing could be written, or on a "no"; 3 if something had to stay; else 0. */
export function pull(targets: readonly string[], flags: PullFlags, io: CommandIo): Promise<Ending> {
  if (flags.yes !== true && io.ask === undefined) {
    throw new Failure('config', 'pull asks before it edits files, and there is no terminal to ask on; give --yes');
  }
  const { files = ['roles'] } = flags;
  const selected = targets.length === 0 ? flags : { ...flags, target: targets };
  return withTargets(files, selected, io, (run) => pullFrom(run, files, flags, io));
}

async function pullFrom(run: Run, paths: readonly string[], flags: PullFlags, io: CommandIo): Promise<Ending> {
  const plan = await planAll(readingOnly(run), io);
  run.tellDoubts(plan);
  const { source, contents } = recorded(disk(io.cwd));
  const language = await io.table.language();
  const read = (from: FileSource): Config =>
    load(paths, {
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
  const choice: Choice = {
    shared: flags.shared === true,
    language,
    ...(flags.role && { roles: flags.role }),
    ...(flags.only && { only: flags.only }),
  };
  const found = takeOver(config, readings, choice);
  const more = flags.adopt ? adopt(config, readings, choice) : { adoptions: [], left: [] };
  const reload = (after: Contents) => read(overlay(disk(io.cwd), new Map([...contents, ...after])));
  const composed = compose(found.entries, more.adoptions, { config, readings, contents, reload });
  const pulled: Pulled = { plan, before: contents, composed, left: [...found.left, ...more.left, ...composed.left] };
  const proof = () => disproof(config, read(disk(io.cwd)), readings, composed.claim);
  return finish(pulled, proof, flags, io);
}

interface Pulled {
  readonly plan: Plan;
  /** What the files held. */
  readonly before: Contents;
  readonly composed: Composed;
  readonly left: readonly Left[];
}

async function finish(
  pulled: Pulled,
  proof: () => string | undefined,
  flags: PullFlags,
  io: CommandIo,
): Promise<Ending> {
  const { plan, before, composed, left } = pulled;
  const style = styleFor(io.stderr, flags, io);
  const changes = [...composed.contents].map(([path, after]) => {
    const old = before.get(path) ?? new Uint8Array();
    return { path, before: old, after, diff: fileDiff(path, textOf(old), textOf(after)) };
  });
  const failed = plan.targets.filter((target): target is FailedTarget => !isPlanned(target));
  for (const { name, error } of failed) io.stderr.write(`error: ${display(name)}: ${escapeUnsafe(error.message)}\n`);
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
  if (changes.length > 0) replaceFiles(changes, io.cwd, proof);
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
  const stays = left.some(({ code }) => code !== 'not-live' && code !== 'absent');
  return { exitCode: failed.length > 0 ? exitCodes.error : stays ? exitCodes.withheld : exitCodes.done };
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
  { plan, composed, left }: Pulled,
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
    left,
    errors: plan.targets.flatMap((target) => (isPlanned(target) ? [] : [{ target: target.name, ...target.error }])),
    message,
  };
}
