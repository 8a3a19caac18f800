/** From paths and flags to connected targets: what plan and apply have in common. Sends nothing while a mistake stands. */
import { load, resolve, select } from '../config/index.ts';
import { type Connection, connect, connectSandbox } from '../connect.ts';
import type { Plan } from '../core/plan.ts';
import { assemble } from '../core/plan.ts';
import type { Problem } from '../core/problem.ts';
import type { Io } from '../io.ts';
import { reconcile } from '../reconcile.ts';
import { costText } from '../render/outcomes-text.ts';
import { problemsText } from '../render/problems-text.ts';
import { version } from '../version.ts';
import { type Ending, hasErrors, problemsEnding, styleFor } from './ending.ts';
import { watch } from './progress.ts';

export interface Flags {
  readonly target?: readonly string[];
  readonly format: 'text' | 'json';
  readonly strict?: true;
  readonly sandbox?: true;
  readonly allowHost?: readonly string[];
  readonly env?: readonly string[];
  readonly concurrency: number;
  readonly color: boolean;
  readonly verbose?: true;
}

/**
 * Runs `work` with the selected targets connected, and closes them whatever happens. Role files with mistakes end the
 * run before anything is sent. Warnings and the cost go to standard error.
 */
export async function withTargets(
  paths: readonly string[],
  flags: Flags,
  io: Io,
  work: (connection: Connection) => Promise<Ending>,
): Promise<Ending> {
  const started = io.now();
  const json = flags.format === 'json';
  const config = load(paths, { cwd: io.cwd, strict: flags.strict === true, env: flags.env ?? [] });
  if (hasErrors(config.problems)) return problemsEnding(config.problems, json, flags, io);
  warn(config.problems, flags, io);
  const selected = select(config, flags.target ?? []);
  const settings = { io, concurrency: flags.concurrency, verbose: flags.verbose === true };
  let connection: Connection;
  if (flags.sandbox) connection = await connectSandbox(selected, settings);
  else {
    const allowHosts = [...(flags.allowHost ?? []), ...(io.environment['ROLESYNC_ALLOW_HOSTS'] ?? '').split(/[\s,]+/)];
    const resolved = resolve(selected, {
      environment: io.environment,
      allowHosts: allowHosts.filter((host) => host !== ''),
      env: flags.env ?? [],
    });
    if (hasErrors(resolved.problems)) return problemsEnding(resolved.problems, json, flags, io);
    connection = connect(resolved.targets, settings);
  }
  try {
    return await work(connection);
  } finally {
    await connection.close();
    io.stderr.write(`${costText(connection.cost, io.now() - started)}\n`);
  }
}

/** The plan of all targets, read side by side. */
export async function planAll({ targets }: Pick<Connection, 'targets'>, io: Io): Promise<Plan> {
  const progress = watch(io, `reading ${targets.length === 1 ? '1 target' : `${targets.length} targets`}`);
  try {
    const results = await Promise.all(targets.map((target) => reconcile(target)));
    for (const warning of results.flatMap(({ warnings }) => warnings)) io.stderr.write(`warning: ${warning}\n`);
    return assemble(
      results.map(({ plan }) => plan),
      version,
    );
  } finally {
    progress.stop();
  }
}

function warn(problems: readonly Problem[], flags: Flags, io: Io): void {
  if (problems.length > 0) io.stderr.write(`${problemsText(problems, styleFor(io.stderr, flags, io))}\n\n`);
}
