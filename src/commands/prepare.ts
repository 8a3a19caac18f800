/** From paths and flags to connected targets: what plan and apply have in common. Sends nothing while a mistake stands. */
import type { Config, TargetConfig } from '../config/config.ts';
import { load, resolve, select } from '../config/index.ts';
import { type Connection, connect, connectSandbox, identityOf } from '../connect.ts';
import type { ComparedWith as Compared, FailedTarget, TargetPlan } from '../core/plan.ts';
import type { Problem } from '../core/problem.ts';
import type { Io } from '../io.ts';
import { costText } from '../render/outcomes-text.ts';
import { problemsText } from '../render/problems-text.ts';
import { type CompareFlags, type Comparison, compare } from './compare.ts';
import { type Ending, hasErrors, problemsEnding, styleFor } from './ending.ts';

export interface Flags<Format extends string = 'text' | 'json'> extends CompareFlags {
  readonly target?: readonly string[];
  readonly format: Format;
  readonly strict?: true;
  readonly sandbox?: true;
  readonly allowHost?: readonly string[];
  readonly concurrency: number;
  readonly color: boolean;
  readonly verbose?: true;
}

/** A run with everything open that it needs. */
export interface Run {
  readonly connection: Connection;
  /** Selected targets that are not connected, and why. */
  readonly apart: readonly FailedTarget[];
  /** What to say of the whole plan, once the targets are planned. */
  readonly about: (planned: readonly TargetPlan[]) => Compared;
}

/**
 * Runs `work` with the selected targets connected, and closes them whatever happens. Role files with mistakes end the
 * run before anything is sent. Warnings and the cost go to standard error.
 */
export async function withTargets<Result extends Ending>(
  paths: readonly string[],
  flags: Flags<string>,
  io: Io,
  work: (run: Run) => Promise<Result>,
): Promise<Result | Ending> {
  const started = io.now();
  const comparison = await compare(paths, flags, io);
  const { source } = comparison;
  const config = load(paths, {
    cwd: io.cwd,
    strict: flags.strict === true,
    env: flags.env ?? [],
    ...(source && { source }),
  });
  if (hasErrors(config.problems)) return problemsEnding(config.problems, flags, io);
  say(config.problems, flags, io);
  const selected = select(config, flags.target ?? []);
  const opened = flags.sandbox
    ? await openSandbox(selected, comparison, flags, io)
    : open(selected, comparison, flags, io);
  if ('problems' in opened) return problemsEnding(opened.problems, flags, io);
  try {
    return await work({
      ...opened,
      about: (planned) => aboutSelected(comparison.about(planned, config), flags.target),
    });
  } finally {
    await opened.connection.close();
    io.stderr.write(`${costText(opened.connection.cost, io.now() - started)}\n`);
  }
}

type Opened = Pick<Run, 'connection' | 'apart'> | { readonly problems: readonly Problem[] };

async function openSandbox(
  selected: readonly TargetConfig[],
  comparison: Comparison,
  flags: Flags<string>,
  io: Io,
): Promise<Opened> {
  return { connection: await connectSandbox(selected, settingsOf(comparison, flags, io)), apart: [] };
}

function open(selected: readonly TargetConfig[], comparison: Comparison, flags: Flags<string>, io: Io): Opened {
  const misplaced = comparison.misplaced(selected);
  if (hasErrors(misplaced)) return { problems: misplaced };
  const allowHosts = [...(flags.allowHost ?? []), ...(io.environment['ROLESYNC_ALLOW_HOSTS'] ?? '').split(/[\s,]+/)];
  const resolved = resolve(selected, {
    environment: io.environment,
    allowHosts: allowHosts.filter((host) => host !== ''),
    env: flags.env ?? [],
  });
  if (hasErrors(resolved.problems)) return { problems: resolved.problems };
  const reasons = comparison.untrusted(resolved.targets);
  const trusted = resolved.targets.filter(({ config }) => !reasons.has(config.name));
  const apart = resolved.targets.flatMap((target): readonly FailedTarget[] => {
    const message = reasons.get(target.config.name);
    return message === undefined ? [] : [{ ...identityOf(target), error: { code: 'untrusted', message } }];
  });
  return { connection: connect(trusted, settingsOf(comparison, flags, io)), apart };
}

/** Rails of targets that were not selected would only distract; those that speak of the whole stay. */
function aboutSelected({ base, rails }: Compared, selected: readonly string[] | undefined): Compared {
  return {
    base,
    rails: rails.filter(({ target }) => target === '' || selected === undefined || selected.includes(target)),
  };
}

function settingsOf(comparison: Comparison, flags: Flags<string>, io: Io) {
  return { io, concurrency: flags.concurrency, verbose: flags.verbose === true, baseOf: comparison.baseOf };
}

function say(problems: Config['problems'], flags: Flags<string>, io: Io): void {
  if (problems.length > 0) io.stderr.write(`${problemsText(problems, styleFor(io.stderr, flags, io))}\n\n`);
}
