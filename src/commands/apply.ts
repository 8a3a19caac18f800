/** `rolesync apply`: plans, asks for approval, writes what was approved and nothing else, and verifies the result. */

import { Failure } from '../core/failure.ts';
import { type Application, type Outcome, outcomeOf } from '../core/outcome.ts';
import { isPlanned, type Plan, type PlannedChange, type TargetPlan } from '../core/plan.ts';
import { tooOld, unusable } from '../core/review/applies-to.ts';
import { type ApprovalRules, approve } from '../core/review/approve.ts';
import { knownDrift } from '../core/review/known-drift.ts';
import type { CommandIo } from '../io.ts';
import { harmless } from '../render/github-log.ts';
import { outcomesText } from '../render/outcomes-text.ts';
import { planText } from '../render/plan-text.ts';
import { type Approved, carryOut, everything } from './carry-out.ts';
import { type Ending, failureEnding, styleFor, writeJson } from './ending.ts';
import { exitCodes } from './exit-codes.ts';
import { type OpenJournal, openJournal } from './journal.ts';
import { defaultAge } from './plan-age.ts';
import { assembleRun, planAll } from './plan-all.ts';
import { readPlan } from './plan-file.ts';
import { type Flags, isPartial, type Run, withTargets } from './prepare.ts';

export interface ApplyFlags extends Flags {
  readonly yes?: true;
  /** Files of reviewed plans. */
  readonly plan?: readonly string[];
  /** The digest of a reviewed plan. */
  readonly approve?: string;
  readonly includeDrift?: true;
  /** Also revoke what the end of an exception takes, though no reviewed plan shows it. */
  readonly includeEnded?: true;
  /** Milliseconds: how old a reviewed plan may be. */
  readonly maxPlanAge?: number;
  /** Append a line before and after every write. */
  readonly log?: string;
}

/** Reviewed plans in this process: chosen once there is a current plan, because some may be about other targets. */
export interface ReviewedPlans {
  readonly reviewed?: {
    /** Every plan that was reviewed. */
    readonly plans: readonly Plan[];
    /** Those that fit the current plan. */
    readonly usable: (now: Plan) => readonly Plan[];
    readonly isSpent?: ApprovalRules['isSpent'];
  };
}

export interface ApplyEnding extends Ending {
  /** undefined: it was refused before anything was written. */
  readonly application?: Application;
  /** The plan as it was last seen; undefined where something was written and not looked at again. */
  readonly last?: Plan;
}

/** Exit code 1 if anything failed or could not be verified, or on a "no"; 3 if anything was withheld or refused; else 0. */
export async function apply(
  paths: readonly string[],
  flags: ApplyFlags & ReviewedPlans,
  io: CommandIo,
): Promise<ApplyEnding> {
  const journal = flags.log === undefined ? undefined : openJournal(flags.log, io);
  const approval = approvalOf(flags, io, journal);
  return withTargets(paths, flags, io, async (opened): Promise<ApplyEnding> => {
    const run = approval.knowing(opened);
    const decide = approval.decide(run.isEndedSince);
    const planned = await planAll(run, io);
    run.tellDoubts(planned);
    io.stderr.write(`${planText(planned, styleFor(io.stderr, flags, io), io.table.accessOf)}\n\n`);
    const refused = await approval.refuse(planned, run);
    if (refused !== undefined) {
      return { ...failureEnding(refused.failure, flags.format === 'json', io, refused.exitCode), last: planned };
    }
    if (journal !== undefined) run.connection.onWritten(journal.answered);
    const { application, last } = await carryOut(
      planned,
      run.connection,
      decide(planned),
      io,
      journal?.of(planned.digest),
    );
    if (flags.format === 'json') writeJson(application, io);
    else io.stdout.write(harmless(`${outcomesText(application, styleFor(io.stdout, flags, io))}\n`));
    return {
      exitCode: exitCodeOf(application),
      application,
      ...(last && { last: assembleRun(run, last, new Date(io.now()).toISOString()) }),
    };
  });
}

/** How a run learns what was approved. */
interface Approval {
  /** The run with what the approval says about it before it is planned. */
  readonly knowing: (run: Run) => Run;
  /** Before any write: why nothing is written at all. */
  readonly refuse: (planned: Plan, run: Run) => Promise<Refused | undefined>;
  readonly decide: (isEndedSince: Run['isEndedSince']) => (planned: Plan) => (target: TargetPlan) => Approved;
}

interface Refused {
  readonly failure: Failure;
  readonly exitCode: number;
}

/** Exactly one way; a mistake in it ends the run before any request. */
function approvalOf(flags: ApplyFlags & ReviewedPlans, io: CommandIo, journal: OpenJournal | undefined): Approval {
  const { yes, plan: files, approve: digest, includeDrift, includeEnded, maxPlanAge, reviewed } = flags;
  const rules: ReviewRules = {
    includeEnded: includeEnded === true,
    includeDrift: includeDrift === true,
    ...(journal && { isSpent: journal.isSpent }),
  };
  if (reviewed !== undefined) {
    return byReview(reviewed, { ...rules, ...(reviewed.isSpent && { isSpent: reviewed.isSpent }) }, isPartial(flags));
  }
  if ([yes, files, digest].filter((way) => way !== undefined).length > 1) {
    throw new Failure('config', 'give one of --yes, --plan and --approve, not several');
  }
  if (includeDrift && files === undefined) throw new Failure('config', '--include-drift needs --plan');
  if (maxPlanAge !== undefined && files === undefined) throw new Failure('config', '--max-plan-age needs --plan');
  if (files !== undefined) {
    const plans = readPlans(files, io);
    refuseOld(plans, io.now(), maxPlanAge ?? defaultAge);
    return byReview({ plans, usable: () => plans }, rules, isPartial(flags));
  }
  if (includeEnded && (yes || digest !== undefined)) {
    throw new Failure('config', '--include-ended works with --plan or on its own');
  }
  if (includeEnded) return byReview({ plans: [], usable: () => [] }, rules, true);
  if (digest !== undefined) return byDigest(digest);
  const alone = { knowing: (run: Run) => run };
  if (yes) return { ...alone, refuse: async () => undefined, decide: () => () => unattended };
  if (io.ask !== undefined)
    return { ...alone, refuse: (planned, run) => byAnswer(planned, run, io), decide: () => () => everything };
  const ways = 'give --yes, --plan FILE or --approve DIGEST';
  throw new Failure('config', `apply asks before it writes, but there is no terminal to ask on; ${ways}`);
}

/** A file that cannot be evaluated is no approval. */
function readPlans(files: readonly string[], io: CommandIo): readonly Plan[] {
  return files.map((file) => {
    try {
      return readPlan(file, io.cwd);
    } catch (error) {
      throw error instanceof Failure ? new Failure('refused', `not applied: ${error.message}`) : error;
    }
  });
}

function refuseOld(reviewed: readonly Plan[], now: number, most: number): void {
  const fault = reviewed.map((plan) => tooOld(plan, now, most)).find((one) => one !== undefined);
  if (fault !== undefined) {
    throw new Failure(
      'refused',
      `not applied: a reviewed plan ${fault}; create a new one with \`plan --out\` and have it reviewed`,
    );
  }
}

interface ReviewRules extends Omit<ApprovalRules, 'isEnded'> {
  readonly includeEnded: boolean;
}

/** `part`: only some targets are applied, so reviewed ones may be missing. */
function byReview(
  { plans, usable }: NonNullable<ReviewedPlans['reviewed']>,
  { includeEnded, ...rules }: ReviewRules,
  part: boolean,
): Approval {
  return {
    knowing: (run) => ({
      ...run,
      connection: {
        ...run.connection,
        targets: run.connection.targets.map((target) => ({
          ...target,
          isKnownDrift: knownDrift(plans, target.identity),
        })),
      },
    }),
    refuse: async (planned) => {
      const fault = usable(planned)
        .map((plan) => unusable(plan, planned, part))
        .find((one) => one !== undefined);
      return fault === undefined ? undefined : refused(`not applied: a reviewed plan ${fault}; nothing was written`);
    },
    decide: (isEndedSince) => (planned) => {
      const isEnded: ApprovalRules['isEnded'] = (target, change, permission) =>
        includeEnded &&
        change.via?.some((one) => one.kind === 'end' && one.permission === permission) === true &&
        isEndedSince(target.name, change.role, permission);
      const judged = approve(planned, usable(planned), { ...rules, isEnded });
      const approved = new Map(judged.targets.map((one) => [one.name, one]));
      return ({ name }) => ({ changes: [], held: [], moved: [], notes: [], ...approved.get(name), outcomes: [] });
    },
  };
}

function byDigest(digest: string): Approval {
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) {
    throw new Failure('refused', 'not applied: a digest is `sha256:` and 64 hex digits, as the plan prints it');
  }
  return {
    knowing: (run) => run,
    refuse: async (planned) =>
      planned.digest === digest
        ? undefined
        : refused(`not applied: the current plan is ${planned.digest}; you approved ${digest}; nothing was written`),
    decide: () => () => everything,
  };
}

function refused(message: string): Refused {
  return { failure: new Failure('refused', message), exitCode: exitCodes.withheld };
}

/** Asks. A "no" ends the run, and so does a live system that moved while the person was reading. */
async function byAnswer(planned: Plan, run: Run, io: CommandIo): Promise<Refused | undefined> {
  if (planned.targets.every((target) => !isPlanned(target) || target.changes.length === 0)) return undefined;
  if (io.signal.aborted)
    return {
      failure: new Failure('interrupted', 'not applied: interrupted; nothing was written'),
      exitCode: exitCodes.error,
    };
  const answer = await io.ask?.('Apply these changes? Only `yes` is accepted: ');
  if (answer?.trim() !== 'yes') {
    return {
      failure: new Failure('refused', 'not applied: the answer was not `yes`; nothing was written'),
      exitCode: exitCodes.error,
    };
  }
  const now = await planAll(run, io);
  if (now.digest === planned.digest) return undefined;
  return refused(
    'not applied: the live roles changed while you were reading; nothing was written; run apply again to see the current plan',
  );
}

/** Nobody has named unmanaged roles: they need the question on a terminal, or a plan that somebody reviewed. */
function unattended(target: TargetPlan): Approved {
  const all = everything(target);
  const isNamed = (change: PlannedChange) => change.cause !== 'unmanaged';
  const outcomes = all.changes.filter((change) => !isNamed(change)).map(unnamed);
  return { ...all, changes: all.changes.filter(isNamed), outcomes };
}

function unnamed(change: PlannedChange): Outcome {
  const message =
    'no file names this role; have the plan reviewed, answer the question on a terminal, or name it with `ensure: absent`';
  return outcomeOf(change, 'withheld', { code: 'config', message });
}

function exitCodeOf({ targets, summary }: Application): number {
  const unseen = targets.some(
    ({ error, verified }) => (error !== undefined && error.code !== 'untrusted') || verified === false,
  );
  if (unseen || summary.failed + summary.skipped + summary.uncertain > 0) return exitCodes.error;
  const apart = targets.some(({ error }) => error !== undefined);
  return apart || summary.withheld + summary.moved > 0 ? exitCodes.withheld : exitCodes.done;
}
