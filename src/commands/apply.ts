/** `rolesync apply`: plans, asks, writes what the plan says and nothing else, and plans again to see that it took. */
import type { Connection } from '../connect.ts';
import type { Change } from '../core/change.ts';
import { Failure, type FailureReport, report } from '../core/failure.ts';
import { type Judged, judge } from '../core/judge.ts';
import { type Application, type AppliedTarget, type Outcome, outcomeOf, summariseOutcomes } from '../core/outcome.ts';
import { isPlanned, type Plan, type TargetPlan, type Withheld } from '../core/plan.ts';
import { verify } from '../core/verify.ts';
import { execute } from '../execute.ts';
import type { Io } from '../io.ts';
import { reconcile, type Target } from '../reconcile.ts';
import { outcomesText } from '../render/outcomes-text.ts';
import { planText } from '../render/plan-text.ts';
import { type Ending, failureEnding, styleFor, writeJson } from './ending.ts';
import { type Flags, planAll, withTargets } from './prepare.ts';
import { watch } from './progress.ts';

export interface ApplyFlags extends Flags {
  readonly yes?: true;
}

/** Exit code 1 if anything failed or could not be verified, or on a "no"; 3 if anything was withheld; else 0. */
export async function apply(paths: readonly string[], flags: ApplyFlags, io: Io): Promise<Ending> {
  if (!flags.yes && io.ask === undefined) {
    throw new Failure('config', 'apply asks before it writes, and there is no terminal to ask on; give --yes');
  }
  return withTargets(paths, flags, io, async (connection) => {
    const planned = await planAll(connection, io);
    io.stderr.write(`${planText(planned, styleFor(io.stderr, flags, io))}\n\n`);
    const refusal = hasChanges(planned) && !flags.yes ? await refused(planned, connection, io) : undefined;
    if (refusal !== undefined) return failureEnding(refusal.failure, flags.format === 'json', io, refusal.exitCode);
    const application = await carryOut(planned, connection, flags.yes === true, io);
    if (flags.format === 'json') writeJson(application, io);
    else io.stdout.write(`${outcomesText(application, styleFor(io.stdout, flags, io))}\n`);
    return { exitCode: exitCodeOf(application) };
  });
}

interface Refusal {
  readonly failure: Failure;
  readonly exitCode: number;
}

/** Asks. A "no" ends the run, and so does a live system that moved while the person was reading. */
async function refused(planned: Plan, connection: Connection, io: Io): Promise<Refusal | undefined> {
  const answer = await io.ask?.('Apply these changes? Only `yes` is taken as a yes: ');
  if (answer?.trim() !== 'yes') {
    const failure = new Failure('config', 'not applied: the answer was not `yes`; nothing was written');
    return { failure, exitCode: 1 };
  }
  const now = await planAll(connection, io);
  if (now.digest === planned.digest) return undefined;
  const moved = 'not applied: the live roles changed while you were reading; nothing was written';
  return { failure: new Failure('config', `${moved}; run apply again to see the plan of now`), exitCode: 3 };
}

/** Writes all targets side by side and looks at each afterwards. Exported for the demo. */
export async function carryOut(
  planned: Plan,
  connection: Connection,
  unattended: boolean,
  io: Io,
): Promise<Application> {
  const total = planned.targets.filter(isPlanned).reduce((sum, target) => sum + target.changes.length, 0);
  const progress = watch(io, `writing ${total} changes`);
  let written = 0;
  const onResult = () => progress.say(`writing ${total} changes, ${++written} done`);
  try {
    const targets = await Promise.all(
      planned.targets.map((plan) => {
        const target = connection.targets.find(({ identity }) => identity.name === plan.name);
        if (target === undefined) throw new Error(`no connection for ${plan.name}`);
        return applyTarget(plan, target, { connection, unattended, onResult, signal: io.signal });
      }),
    );
    return { formatVersion: 1, targets, summary: summariseOutcomes(targets), digest: planned.digest };
  } finally {
    progress.stop();
  }
}

interface Run {
  readonly connection: Connection;
  readonly unattended: boolean;
  readonly onResult: () => void;
  readonly signal: AbortSignal;
}

async function applyTarget(plan: TargetPlan, target: Target, run: Run): Promise<AppliedTarget> {
  const { name } = plan;
  if (!isPlanned(plan)) return { name, error: plan.error, outcomes: [], withheld: [], verified: null };
  const unnamed = run.unattended ? plan.changes.filter((change) => change.because === 'unmanaged') : [];
  const going = plan.changes.filter((change) => !unnamed.includes(change));
  const held = unnamed.map(unattendedDelete);
  const checked = await check(going, target);
  if ('error' in checked)
    return { name, error: checked.error, outcomes: held, withheld: plan.withheld, verified: null };
  const withheld = [...plan.withheld, ...checked.withheld];
  if (checked.changes.length === 0) return { name, outcomes: held, withheld, verified: null };
  const outcomes = await execute(checked.changes, {
    remote: target.remote,
    writes: target.provider.concurrency.writes,
    signal: run.signal,
    onResult: run.onResult,
  });
  return { name, withheld, ...(await lookAgain(withheld, [...outcomes, ...held], target, run)) };
}

type Checked = Judged | { readonly error: FailureReport };

/** The conditions of the changes, just before the write and by the identity that writes. */
async function check(changes: readonly Change[], { remote }: Target): Promise<Checked> {
  if (remote.checks === undefined || changes.length === 0) return { changes, withheld: [] };
  try {
    return judge(changes, await remote.checks(changes));
  } catch (error) {
    return { error: report(error) };
  }
}

/** Nobody has named these roles: they need the question on a terminal, or a plan that somebody reviewed. */
function unattendedDelete(change: Change): Outcome {
  const message =
    'no file names this role; answer the question on a terminal to delete it, or name it with `ensure: absent`';
  return outcomeOf(change, 'withheld', { code: 'config', message });
}

async function lookAgain(
  withheld: readonly Withheld[],
  outcomes: readonly Outcome[],
  target: Target,
  { connection, signal }: Run,
): Promise<Pick<AppliedTarget, 'error' | 'outcomes' | 'verified'>> {
  if (signal.aborted) return { outcomes, verified: null };
  connection.enter('verify', target);
  const { plan: after } = await reconcile(target);
  if (!isPlanned(after)) return { error: after.error, outcomes, verified: null };
  return verify(outcomes, withheld, after);
}

function hasChanges(plan: Plan): boolean {
  return plan.targets.some((target) => isPlanned(target) && target.changes.length > 0);
}

function exitCodeOf({ targets, summary }: Application): number {
  const unseen = targets.some(({ error, verified }) => error !== undefined || verified === false);
  if (unseen || summary.failed + summary.skipped + summary.uncertain > 0) return 1;
  return summary.withheld > 0 ? 3 : 0;
}
