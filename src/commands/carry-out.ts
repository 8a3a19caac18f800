/** Writes what was decided, all targets side by side, and looks at each afterwards. It decides nothing itself. */
import type { Connection } from '../connect.ts';
import { lifting } from '../core/acknowledge.ts';
import { type Change, type Part, partKey } from '../core/change.ts';
import { type FailureReport, report } from '../core/failure.ts';
import { type Judged, judge } from '../core/judge.ts';
import { judgeWhole } from '../core/judge-whole.ts';
import { type Application, type AppliedTarget, type Outcome, summariseOutcomes } from '../core/outcome.ts';
import {
  type Identity,
  isPlanned,
  type Plan,
  type PlannedChange,
  type TargetPlan,
  type Withheld,
} from '../core/plan.ts';
import type { ApprovedTarget } from '../core/review/approve.ts';
import type { LiveRole } from '../core/role.ts';
import { verify } from '../core/verify.ts';
import { execute, type Journal } from '../execute.ts';
import type { Io } from '../io.ts';
import { reconcile, type Target } from '../reconcile.ts';
import { watch } from './progress.ts';
import { afterWrites, type Written } from './second-look.ts';

/** What is written to one target, and what is not, whoever decided it. */
export interface Approved extends Omit<ApprovedTarget, 'name'> {
  /** Changes that do not go and are reported beside those that do. */
  readonly outcomes: readonly Outcome[];
}

/** Everything that is planned is written. */
export function everything(target: TargetPlan): Approved {
  const changes = isPlanned(target) ? target.changes : [];
  return { changes, held: [], moved: [], notes: [], outcomes: [] };
}

export interface CarriedOut {
  readonly application: Application;
  /** Every target as it was last seen; undefined where one was written to and not looked at again. */
  readonly last: readonly TargetPlan[] | undefined;
}

export async function carryOut(
  planned: Plan,
  connection: Connection,
  decide: (target: TargetPlan) => Approved,
  io: Io,
  journal?: (target: Identity) => Journal,
): Promise<CarriedOut> {
  const work = planned.targets.map((plan) => ({ plan, decision: decide(plan) }));
  const total = work.reduce((sum, { decision }) => sum + decision.changes.length, 0);
  const progress = watch(io, `writing ${total} changes`, connection);
  let written = 0;
  const onResult = () => {
    written += 1;
    progress.say(`writing ${total} changes, ${written} done`);
  };
  try {
    const done = await Promise.all(
      work.map(({ plan, decision }) =>
        applyTarget(plan, decision, { connection, onResult, signal: io.signal, journal }),
      ),
    );
    const targets = done.map(({ applied }) => applied);
    const last = done.flatMap((one) => one.last ?? []);
    return {
      application: { formatVersion: 2, targets, summary: summariseOutcomes(targets), digest: planned.digest },
      last: last.length === done.length ? last : undefined,
    };
  } finally {
    progress.stop();
  }
}

interface Writing {
  readonly connection: Connection;
  readonly onResult: () => void;
  readonly signal: AbortSignal;
  readonly journal: ((target: Identity) => Journal) | undefined;
}

interface Done {
  readonly applied: AppliedTarget;
  readonly last: TargetPlan | undefined;
}

async function applyTarget(plan: TargetPlan, decision: Approved, run: Writing): Promise<Done> {
  const { notes } = decision;
  const left = [...decision.moved, ...decision.outcomes];
  const nothing = { name: plan.name, notes, verified: null };
  const unwritten = (applied: AppliedTarget): Done => ({ applied, last: plan });
  if (!isPlanned(plan)) return unwritten({ ...nothing, error: plan.error, outcomes: left, withheld: [] });
  const held = [...plan.withheld, ...decision.held];
  const target = run.connection.targets.find(({ identity }) => identity.name === plan.name);
  if (target === undefined) throw new Error(`no connection for ${plan.name}`);
  const checked = await check(decision.changes, target);
  if ('error' in checked) return unwritten({ ...nothing, error: checked.error, outcomes: left, withheld: held });
  const live = plan.live.map(({ id, builtIn, ...role }): LiveRole => ({ id, builtIn, role }));
  const { permissionOf } = target.provider;
  const { changes, withheld } = judgeWhole(
    { changes: checked.changes, withheld: [...held, ...checked.withheld] },
    {
      live,
      capabilities: target.provider.capabilities,
      holding: permissionOf && { permissionOf, acknowledged: acknowledgedIn(decision.changes) },
      isDrift: isDriftOf(target),
    },
  );
  if (changes.length === 0) return unwritten({ ...nothing, outcomes: left, withheld });
  const outcomes = await execute(changes, {
    remote: target.remote,
    writes: target.provider.concurrency.writes,
    normalise: target.provider.normalise,
    seen: live,
    ...(permissionOf && { permissionOf }),
    signal: run.signal,
    onResult: run.onResult,
    ...(run.journal && { journal: run.journal(target.identity) }),
  });
  const told = [...outcomes, ...left];
  const { last, ...found } = await lookAgain(withheld, { changes, outcomes: told, seen: live }, target, run);
  return { applied: { ...nothing, withheld, ...found }, last };
}

/** What is withheld as drift, or was found to be drift when it was withheld or reviewed. */
function isDriftOf({ isKnownDrift }: Target): (change: Change & Partial<Withheld>, part: Part) => boolean {
  return (change, part) =>
    change.code === 'drift' ||
    (change.drift ?? []).some((one) => partKey(one) === partKey(part)) ||
    isKnownDrift?.(change, part) === true;
}

type Checked = Judged | { readonly error: FailureReport };

/** The conditions of the changes, just before the write and by the identity that writes. */
async function check(changes: readonly PlannedChange[], { remote }: Target): Promise<Checked> {
  if (remote.checks === undefined || changes.length === 0) return { changes, withheld: [] };
  try {
    return judge(changes, lifting(await remote.checks(changes), acknowledgedIn(changes)));
  } catch (error) {
    return { error: report(error) };
  }
}

function acknowledgedIn(changes: readonly PlannedChange[]): (change: Change) => readonly string[] {
  const accepted = new Map(changes.map(({ source, acknowledged }) => [source, acknowledged]));
  return ({ source }) => accepted.get(source) ?? [];
}

/** An interrupted run never passes for one that was looked at. */
const unseen: FailureReport = {
  code: 'interrupted',
  message: 'interrupted before rolesync could verify what it had written; run `rolesync plan` to see what is left',
};

async function lookAgain(
  withheld: readonly Withheld[],
  written: Written,
  target: Target,
  { connection, signal }: Writing,
): Promise<Pick<AppliedTarget, 'error' | 'outcomes' | 'verified'> & Pick<Done, 'last'>> {
  const { outcomes } = written;
  if (signal.aborted) return { error: unseen, outcomes, verified: null, last: undefined };
  connection.enter('verify', target);
  const { plan: after } = await reconcile(afterWrites(target, written));
  if (!isPlanned(after)) return { error: after.error, outcomes, verified: null, last: after };
  return { ...verify(outcomes, withheld, after), last: after };
}
