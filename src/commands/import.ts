/** `rolesync import`: writes down the live roles that no file names, and proves it. It reads providers and adds to files; it overwrites neither. */
import { type Grouped, group, type Skipped, type Snapshot } from '../authoring/group.ts';
import { dirOf, isFile, type Layout } from '../authoring/lay-out.ts';
import { disproof } from '../authoring/prove.ts';
import { type RoleFiles, roleFiles } from '../authoring/role-files.ts';
import type { Config } from '../config/config.ts';
import { dayOf } from '../config/day.ts';
import { load } from '../config/index.ts';
import { Failure } from '../core/failure.ts';
import { type FailedTarget, isPlanned, type Plan } from '../core/plan.ts';
import { shown } from '../core/text.ts';
import { createFiles } from '../files/create.ts';
import { disk, typed } from '../files/disk.ts';
import { type FileSource, isMissing } from '../files/file-source.ts';
import { type Contents, overlay, recorded } from '../files/overlay.ts';
import { replaceFiles } from '../files/replace.ts';
import type { CommandIo } from '../io.ts';
import { type FileDiff, fileDiff, patchOf } from '../render/file-diff.ts';
import { harmless } from '../render/github-log.ts';
import { importedText, leftOutText } from '../render/imported-text.ts';
import { shellWord } from '../render/shell-word.ts';
import { beginFile } from './begin-file.ts';
import { type Ending, hasErrors, problemsEnding, styleFor, writeJson } from './ending.ts';
import { exitCodes } from './exit-codes.ts';
import { type GivenTarget, givenTarget, refuseStray, refuseUnset, type TargetFlags } from './new-target.ts';
import { planAll } from './plan-all.ts';
import { type Flags, type Run, withTargets } from './prepare.ts';
import { readingOnly, readingsOf } from './reading.ts';
import { schemaFor } from './schema-line.ts';

export interface ImportFlags extends Omit<Flags, 'target' | 'rev' | 'base' | 'baseDir' | 'trust'>, TargetFlags {
  /** Role files, or folders of them. */
  readonly files?: readonly string[];
  readonly layout: Layout;
  /** A new file, a folder for new files, or `-`: standard output. */
  readonly out?: string;
}

/** Exit code 3 if a live role had to be left out; 1 where anything could not be read, or the proof failed: then no file is written. */
export async function importRoles(targets: readonly string[], flags: ImportFlags, io: CommandIo): Promise<Ending> {
  const { out } = flags;
  if (flags.layout === 'file-per-role' && out !== undefined && (out === '-' || isFile(out))) {
    throw new Failure('config', 'a file for each role needs a folder: give one with --out, or omit --out');
  }
  const job = flags.provider === undefined ? ofFiles(flags, io) : await ofNewTarget(targets, flags, io);
  if ('exitCode' in job) return job;
  const names = job.fresh === undefined ? targets : [job.fresh.target.name];
  const chosen = names.length === 0 ? flags : { ...flags, target: names };
  return withTargets(job.paths, chosen, io, (run) => importFrom(run, job, flags, io), job.source);
}

interface Job {
  /** Role files and folders of them. */
  readonly paths: readonly string[];
  readonly source: FileSource;
  /** A target that no file defines; `source` has a file that does. */
  readonly fresh?: GivenTarget;
  /** A file or a folder for what is new. */
  readonly out?: string;
}

function ofFiles(flags: ImportFlags, io: CommandIo): Job {
  const { files = ['roles'], out } = flags;
  refuseStray(flags, io.table);
  const place = out === undefined || out === '-' ? {} : { out: typed(io.cwd, out) };
  return { paths: files, source: disk(io.cwd), ...place };
}

async function ofNewTarget(names: readonly string[], flags: ImportFlags, io: CommandIo): Promise<Job | Ending> {
  if (names.length > 1) throw new Failure('config', 'with --provider, give one name: that of the new target');
  const { files = ['roles'], env = [], out } = flags;
  const given = givenTarget(names[0], flags, io);
  if (flags.sandbox === undefined) refuseUnset(given, io);
  const place = out === '-' ? { isShown: true } : out === undefined ? {} : { out };
  const begun = await beginFile(given, { files, env, ...place }, io);
  if ('problems' in begun) return problemsEnding(begun.problems, flags, io);
  if ('defined' in begun) {
    const { name, source } = begun.defined;
    const what = `the target \`${shown(name)}\` (${source.file}:${source.line}) already is that ${given.manifest.place.one}`;
    throw new Failure('config', `${what}: rolesync import ${shellWord(shown(name))}`);
  }
  const { path, paths, source } = begun;
  const isPath = out !== undefined && out !== '-';
  return { paths, source, fresh: given, out: isPath ? typed(io.cwd, out) : out === '-' ? path : dirOf(path) };
}

async function importFrom(run: Run, job: Job, flags: ImportFlags, io: CommandIo): Promise<Ending> {
  const plan = await planAll(readingOnly(run), io);
  refuseUnread(plan);
  run.tellDoubts(plan);
  const language = await io.table.language();
  const options = {
    cwd: io.cwd,
    language,
    strict: flags.strict === true,
    env: flags.env ?? [],
    today: dayOf(io.now()),
  };
  const { source, contents } = recorded(job.source);
  // From here on these bytes count: what is added to is what was read.
  const config = load(job.paths, { ...options, source });
  if (hasErrors(config.problems)) return problemsEnding(config.problems, flags, io);
  const snapshots = snapshotsOf(plan, run, config);
  const grouped = group(snapshots, language);
  const onDisk = disk(io.cwd);
  const isFree = (path: string) => isMissing(path, onDisk);
  const files = roleFiles(grouped, {
    config,
    contents,
    places: { layout: flags.layout, out: job.out, inPlace: flags.out === undefined, isFree },
    schemaFor: (path) => schemaFor(path, onDisk),
    manifests: io.table.manifests,
    fresh: job.fresh?.target,
  });
  refuseSeveral(files, flags);
  const paths = [...job.paths, ...files.shares.filter(({ isNew }) => isNew).map(({ path }) => path)];
  const proof = (from: FileSource) =>
    disproof(config, load(paths, { ...options, source: from }), snapshots, files.claim);
  const fault = proof(overlay(onDisk, files.texts));
  if (fault !== undefined) throw new Failure('config', `${fault}; no file was written`);
  const diffs = flags.out === '-' ? [] : write(files, contents, () => proof(onDisk), io);
  return tell({ files, grouped, diffs }, snapshots, flags, io);
}

/** A layout that depends on a part of what is live would have to be redone. */
function refuseUnread({ targets }: Plan): void {
  const failed = targets.filter((target): target is FailedTarget => !isPlanned(target));
  const [first] = failed;
  if (first === undefined) return;
  const what = failed.map(({ name, error }) => `${shown(name)}: ${error.message}`).join('; ');
  const others = failed.length < targets.length ? '; to import from the others, name them' : '';
  throw new Failure(first.error.code, `${what}; no file was written${others}`);
}

function snapshotsOf(plan: Plan, run: Run, config: Config): readonly Snapshot[] {
  return readingsOf(plan, run).flatMap((reading) => {
    const target = config.targets.find(({ name }) => name === reading.name);
    const { tenant = '' } = plan.targets.find(({ name }) => name === reading.name) ?? {};
    if (target === undefined) return [];
    const { tenantSetting } = target.manifest.capabilities.builtIn;
    return [{ ...reading, tenant, tenantSetting, desired: target.roles }];
  });
}

function refuseSeveral({ shares }: RoleFiles, { out }: ImportFlags): void {
  if (out === undefined || shares.length < 2 || !(out === '-' || isFile(out))) return;
  const where = out === '-' ? 'standard output' : shown(out);
  const sets = shares.map(({ targets }) => targets.map((name) => shown(name)).join(', ')).join(' · ');
  throw new Failure(
    'config',
    `these roles need ${shares.length} files, one for each set of targets (${sets}), and ${where} is one: name one target, or give a folder`,
  );
}

/** The edits of files that were there. */
function write(
  { shares, texts }: RoleFiles,
  before: Contents,
  proof: () => string | undefined,
  io: CommandIo,
): readonly FileDiff[] {
  const contentOf = (path: string) => texts.get(path) ?? new Uint8Array();
  const fresh = shares.filter(({ isNew }) => isNew).map(({ path }) => ({ path, content: contentOf(path) }));
  const edited = shares
    .filter(({ isNew }) => !isNew)
    .map(({ path }) => ({ path, before: before.get(path) ?? new Uint8Array(), after: contentOf(path) }));
  createFiles(fresh, io.cwd, () => replaceFiles(edited, io.cwd, proof));
  return edited.map(({ path, before: old, after }) => fileDiff(path, textOf(old), textOf(after)));
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

interface Done {
  readonly files: RoleFiles;
  readonly grouped: Grouped;
  readonly diffs: readonly FileDiff[];
}

function tell(
  { files, grouped, diffs }: Done,
  snapshots: readonly Snapshot[],
  flags: ImportFlags,
  io: CommandIo,
): Ending {
  const { skipped, builtIn } = grouped;
  const style = styleFor(io.stderr, flags, io);
  for (const diff of diffs) io.stderr.write(harmless(`${patchOf(diff, style)}\n`));
  for (const one of skipped) io.stderr.write(harmless(`${leftOutText(one)}\n`));
  const targets = snapshots.map(({ name, provider }) => ({ name, provider }));
  const text = importedText({
    shares: files.shares,
    imported: grouped.imported,
    builtIn,
    targets,
    written: flags.out !== '-',
  });
  if (flags.out === '-') {
    const [only] = files.shares;
    if (only !== undefined) io.stdout.write(textOf(files.texts.get(only.path) ?? new Uint8Array()));
    io.stderr.write(harmless(`${text}\n`));
  } else if (flags.format === 'json') writeJson(documentOf(files, skipped, builtIn), io);
  else io.stdout.write(harmless(`${text}\n`));
  return { exitCode: skipped.length > 0 ? exitCodes.withheld : exitCodes.done };
}

function documentOf({ shares }: RoleFiles, left: readonly Skipped[], builtIn: Grouped['builtIn']): unknown {
  return {
    formatVersion: 1,
    files: shares.map(({ path, isNew, targets, roles }) => ({
      file: path,
      created: isNew,
      targets,
      roles: roles.map(({ role }) => role.name),
    })),
    left,
    builtIn: Object.fromEntries(builtIn),
  };
}
