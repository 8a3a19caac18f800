/** From paths and flags to connected targets: what plan and apply have in common. Sends nothing while a mistake stands. */
import type { Config, ResolvedTarget, TargetConfig } from '../config/config.ts';
import { dayFor } from '../config/day.ts';
import { fileReader, labelled, load, resolve, select, selector, unusedEntries } from '../config/index.ts';
import type { Doubt } from '../config/permissions.ts';
import type { Reading } from '../config/read-file.ts';
import { type Connection, connect, connectSandbox, identityOf } from '../connect.ts';
import type { ComparedWith } from '../core/build-plan.ts';
import { type FailedTarget, type Identity, isPlanned, type Plan, type TargetPlan } from '../core/plan.ts';
import { byPlace, type Problem } from '../core/problem.ts';
import type { FileSource } from '../files/file-source.ts';
import type { CommandIo } from '../io.ts';
import { costText } from '../render/outcomes-text.ts';
import { problemsText } from '../render/problems-text.ts';
import { authoritiesWith } from './authorities.ts';
import { type Ending, hasErrors, problemsEnding, styleFor } from './ending.ts';
import { namesRevision, type RevisionFlags, type Revisions, workingTree } from './revisions.ts';
import { readSecrets } from './secrets.ts';
import { ofShard, type ShardFlags } from './shard.ts';

export interface Flags<Format extends string = 'text' | 'json'> extends RevisionFlags, ShardFlags {
  readonly target?: readonly string[];
  /** Only targets that have all of these. */
  readonly label?: readonly string[];
  /** The day to plan for, in UTC: YYYY-MM-DD. Left out: today. */
  readonly at?: string;
  readonly format: Format;
  readonly strict?: true;
  readonly sandbox?: true;
  readonly allowHost?: readonly string[];
  readonly concurrency: number;
  /** Milliseconds. */
  readonly maxWait?: number;
  /** Certificate authorities to trust as well. */
  readonly caFile?: string;
  /** The file descriptor from which the map of secrets is read. */
  readonly secretsFd?: number;
  readonly color: boolean;
  readonly verbose?: true;
}

/** A run with everything open that it needs. */
export interface Run {
  readonly connection: Connection;
  /** Warns of permissions that may be typos. Those that a live role holds are none. */
  readonly tellDoubts: (planned: Plan) => void;
  /** Selected targets that are not connected, and why. */
  readonly apart: readonly FailedTarget[];
  /** What to say of the whole plan, once the targets are planned. */
  readonly about: (planned: readonly TargetPlan[]) => ComparedWith;
  readonly isEndedSince: Revisions['isEndedSince'];
}

/**
 * Runs `work` with the selected targets connected, and closes them whatever happens. Role files with mistakes end the
 * run before anything is sent. Warnings and the cost go to standard error. `files`: where they are read in place of the disk.
 */
export async function withTargets<Result extends Ending>(
  paths: readonly string[],
  flags: Flags<string>,
  io: CommandIo,
  work: (run: Run) => Promise<Result>,
  files?: FileSource,
): Promise<Result | Ending> {
  const started = io.now();
  const language = await io.table.language();
  const reading = { language, readFile: fileReader(language) };
  const revisions = await revisionsOf(paths, flags, reading, io);
  const source = files ?? revisions.source;
  const config = load(paths, {
    cwd: io.cwd,
    ...reading,
    strict: flags.strict === true,
    env: flags.env ?? [],
    today: dayFor(flags, started),
    ...(source && { source }),
  });
  if (hasErrors(config.problems)) return problemsEnding(config.problems, flags, io);
  const doubtful = new Set(config.doubts.map((one) => one.problem));
  say(
    config.problems.filter((one) => !doubtful.has(one) && one.code !== toldWhenResolved),
    flags,
    io,
  );
  const selected = labelled(select(config, flags.target ?? []), flags.label ?? []);
  const { targets, part } = ofShard(selected, flags, io.environment);
  const opened = flags.sandbox
    ? await openSandbox(targets, revisions, flags, io)
    : await open(config, targets, revisions, flags, io);
  if ('problems' in opened) return problemsEnding(opened.problems, flags, io);
  try {
    return await work({
      ...opened,
      tellDoubts: (planned) => say(standing(config.doubts, planned), flags, io),
      about: (planned) => ({
        ...aboutSelected(revisions.about(planned, config), config, targets, flags),
        ...(part && { part }),
      }),
      isEndedSince: revisions.isEndedSince,
    });
  } finally {
    await opened.connection.close();
    io.stderr.write(`${costText(opened.connection.cost, io.now() - started)}\n`);
  }
}

/** Not all targets of the files are meant. */
export function isPartial({ target, label, shard }: Pick<Flags<string>, 'target' | 'label' | 'shard'>): boolean {
  return [target, label, shard].some((one) => one !== undefined);
}

/** The doubts that what is live does not settle. */
function standing(doubts: readonly Doubt[], { targets }: Plan): readonly Problem[] {
  if (doubts.length === 0) return [];
  const held = new Set(
    targets
      .filter(isPlanned)
      .flatMap(({ provider, live }) => live.flatMap((role) => role.permissions.map((one) => `${provider} ${one}`))),
  );
  return doubts
    .filter(({ provider, permission }) => !held.has(`${provider} ${permission}`))
    .map((doubt) => doubt.problem)
    .toSorted(byPlace);
}

async function revisionsOf(
  paths: readonly string[],
  flags: Flags<string>,
  reading: Reading,
  io: CommandIo,
): Promise<Revisions> {
  if (!namesRevision(flags)) return workingTree;
  const { loadRevisions } = await import('./load-revisions.ts');
  return loadRevisions(paths, flags, reading, dayFor(flags, io.now()), io);
}

type Opened = Pick<Run, 'connection' | 'apart'> | { readonly problems: readonly Problem[] };

async function openSandbox(
  selected: readonly TargetConfig[],
  revisions: Revisions,
  flags: Flags<string>,
  io: CommandIo,
): Promise<Opened> {
  return { connection: await connectSandbox(selected, settingsOf(revisions, flags, io)), apart: [] };
}

/** Whether a target without `auth` has an entry is known here, and then it is no warning any more. */
const toldWhenResolved = 'no-auth';

async function open(
  config: Config,
  selected: readonly TargetConfig[],
  revisions: Revisions,
  flags: Flags<string>,
  io: CommandIo,
): Promise<Opened> {
  const misplaced = revisions.misplaced(selected);
  if (hasErrors(misplaced)) return { problems: misplaced };
  const secrets = readSecrets(flags, io);
  if (secrets !== undefined) say(unusedEntries(config, secrets), flags, io);
  const allowHosts = [...(flags.allowHost ?? []), ...(io.environment['ROLESYNC_ALLOW_HOSTS'] ?? '').split(/[\s,]+/)];
  const resolved = resolve(selected, {
    environment: io.environment,
    allowHosts: allowHosts.filter((host) => host !== ''),
    env: flags.env ?? [],
    secrets,
  });
  if (hasErrors(resolved.problems)) return { problems: resolved.problems };
  const reasons = revisions.untrusted(resolved.targets);
  const trusted = resolved.targets.filter(({ config }) => !reasons.has(config.name));
  const apart = resolved.targets.flatMap((target): readonly FailedTarget[] => {
    const message = reasons.get(target.config.name);
    return message === undefined ? [] : [{ ...identityAsWritten(target), error: { code: 'untrusted', message } }];
  });
  return { connection: await connect(trusted, settingsOf(revisions, flags, io)), apart };
}

/** With variables in place: a branch must not have them printed by pointing a target somewhere else. */
function identityAsWritten(target: ResolvedTarget): Identity {
  const { config } = target;
  const identity = identityOf(target);
  return {
    ...identity,
    baseUrl: config.baseUrl?.text.includes('${') ? config.baseUrl.text : identity.baseUrl,
    tenant: config.tenant?.text ?? '',
  };
}

/**
 * Safeguards of targets that were not selected would only distract; those that speak of the whole stay. A target that is gone
 * from the files belongs to no part of a run, so each part has what is to be said of it.
 */
function aboutSelected(
  about: ComparedWith,
  head: Config,
  selected: readonly TargetConfig[],
  flags: Flags<string>,
): ComparedWith {
  if (!isPartial(flags)) return about;
  const names = new Set(selected.map(({ name }) => name));
  const known = new Set(head.targets.map(({ name }) => name));
  const isNamed = selector(head, flags.target ?? []);
  const isGone = (name: string) => !known.has(name) && isNamed(name) && flags.label === undefined;
  const isMeant = (name: string) => name === '' || names.has(name) || isGone(name);
  return { ...about, safeguards: about.safeguards.filter(({ target }) => isMeant(target)) };
}

function settingsOf(revisions: Revisions, flags: Flags<string>, io: CommandIo) {
  const { concurrency, maxWait, caFile } = flags;
  return {
    io,
    concurrency,
    verbose: flags.verbose === true,
    baseOf: revisions.baseOf,
    ...(maxWait !== undefined && { maxWait }),
    ...(caFile !== undefined && { authorities: authoritiesWith(caFile, io) }),
  };
}

function say(problems: Config['problems'], flags: Flags<string>, io: CommandIo): void {
  if (problems.length > 0) io.stderr.write(`${problemsText(problems, styleFor(io.stderr, flags, io))}\n\n`);
}
