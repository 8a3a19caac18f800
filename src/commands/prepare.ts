/** From paths and flags to connected targets: what plan and apply have in common. Sends nothing while a mistake stands. */
import type { Config, ResolvedTarget, TargetConfig } from '../config/config.ts';
import { load, resolve, select } from '../config/index.ts';
import type { Doubt } from '../config/permissions.ts';
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

export interface Flags<Format extends string = 'text' | 'json'> extends RevisionFlags {
  readonly target?: readonly string[];
  readonly format: Format;
  readonly strict?: true;
  readonly sandbox?: true;
  readonly allowHost?: readonly string[];
  readonly concurrency: number;
  /** Milliseconds. */
  readonly maxWait?: number;
  /** Certificate authorities to trust as well. */
  readonly caFile?: string;
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
  const revisions = await revisionsOf(paths, flags, io);
  const source = files ?? revisions.source;
  const config = load(paths, {
    cwd: io.cwd,
    language: await io.table.language(),
    strict: flags.strict === true,
    env: flags.env ?? [],
    ...(source && { source }),
  });
  if (hasErrors(config.problems)) return problemsEnding(config.problems, flags, io);
  const doubtful = new Set(config.doubts.map((one) => one.problem));
  say(
    config.problems.filter((one) => !doubtful.has(one)),
    flags,
    io,
  );
  const selected = select(config, flags.target ?? []);
  const opened = flags.sandbox
    ? await openSandbox(selected, revisions, flags, io)
    : await open(selected, revisions, flags, io);
  if ('problems' in opened) return problemsEnding(opened.problems, flags, io);
  try {
    return await work({
      ...opened,
      tellDoubts: (planned) => say(standing(config.doubts, planned), flags, io),
      about: (planned) => aboutSelected(revisions.about(planned, config), flags.target),
    });
  } finally {
    await opened.connection.close();
    io.stderr.write(`${costText(opened.connection.cost, io.now() - started)}\n`);
  }
}

/** The doubts that what is live does not settle. */
function standing(doubts: readonly Doubt[], { targets }: Plan): readonly Problem[] {
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

async function revisionsOf(paths: readonly string[], flags: RevisionFlags, io: CommandIo): Promise<Revisions> {
  if (!namesRevision(flags)) return workingTree;
  const { loadRevisions } = await import('./load-revisions.ts');
  return loadRevisions(paths, flags, await io.table.language(), io);
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

async function open(
  selected: readonly TargetConfig[],
  revisions: Revisions,
  flags: Flags<string>,
  io: CommandIo,
): Promise<Opened> {
  const misplaced = revisions.misplaced(selected);
  if (hasErrors(misplaced)) return { problems: misplaced };
  const allowHosts = [...(flags.allowHost ?? []), ...(io.environment['ROLESYNC_ALLOW_HOSTS'] ?? '').split(/[\s,]+/)];
  const resolved = resolve(selected, {
    environment: io.environment,
    allowHosts: allowHosts.filter((host) => host !== ''),
    env: flags.env ?? [],
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

/** Safeguards of targets that were not selected would only distract; those that speak of the whole stay. */
function aboutSelected({ base, safeguards }: ComparedWith, selected: readonly string[] | undefined): ComparedWith {
  return {
    base,
    safeguards: safeguards.filter(({ target }) => target === '' || selected === undefined || selected.includes(target)),
  };
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
