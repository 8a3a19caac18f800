/** Carries a plan out, stage by stage; every change gets an outcome, and nothing is written that is not in the plan. */
import pLimit from 'p-limit';
import type { Change } from './core/change.ts';
import { Failure, report } from './core/failure.ts';
import { takesName, type Wait, waits } from './core/order.ts';
import { movedOutcome, type Outcome, outcomeOf } from './core/outcome.ts';
import type { LiveRole, Role } from './core/role.ts';
import type { Remote, WrittenChange } from './providers/provider.ts';
import { appearedResult, failed, findAppeared, type Result, writeRole } from './write-role.ts';

export interface Execution {
  readonly remote: Remote;
  /** Writes of this target in flight. */
  readonly writes: number;
  readonly normalise: (role: Role) => Role;
  /** What the plan saw live. */
  readonly seen: readonly LiveRole[];
  /** Where a role can hold other roles: the permission that granting the role of this name is. */
  readonly permissionOf?: (role: string) => string;
  /** Aborted: what is under way is finished, the rest is skipped. */
  readonly signal: AbortSignal;
  /** Told before a request of the change leaves, and of what became of it; throwing stops that change. */
  readonly journal?: Journal;
  /** Called after each write, for progress. */
  readonly onResult?: () => void;
}

export interface Journal {
  readonly before: (change: Change) => void;
  readonly after: (outcome: Outcome, change: Change) => void;
}

/**
 * Creates and updates, then deletes, then the permissions that are stored separately. A delete comes earlier if a change needs the
 * name. Each role is read just before it is written: one that is not what the plan saw is left alone, and so is what needs
 * its name. Outcomes in the order of `changes`.
 */
export async function execute(changes: readonly Change[], run: Execution): Promise<readonly Outcome[]> {
  const write = await writer(changes, run);
  const records = await write(changes.filter((change) => change.action !== 'delete'));
  const deletes = await write(changes.filter((change) => change.action === 'delete'));
  const results = await withPermissions(new Map([...records, ...deletes]), run);
  return changes.flatMap((change) => {
    const result = results.get(change);
    if (result === undefined) return [];
    const outcome = outcomeFrom(change, result);
    if (run.remote.permissions !== undefined) run.journal?.after(outcome, change);
    return outcome;
  });
}

type Results = ReadonlyMap<Change, Result>;

type Write = (some: readonly Change[]) => Promise<Results>;

/**
 * Writes changes in parallel. One that needs a name waits for the change that frees it, and is skipped if that failed.
 * Where names are taken, all roles are listed once first: one may have been taken since the plan.
 */
async function writer(changes: readonly Change[], run: Execution): Promise<Write> {
  const { remote, writes, signal, onResult, journal } = run;
  const limit = pLimit(writes);
  const waiting = waits(changes, run.permissionOf);
  const check = await nameCheck(changes, run);
  const started = new Map<Change, Promise<Result>>();
  let stopped: Failure | undefined;

  const start = (change: Change): Promise<Result> => {
    const result = started.get(change) ?? carryOut(change);
    started.set(change, result);
    return result;
  };
  const carryOut = async (change: Change): Promise<Result> => {
    for (const wait of waiting.get(change) ?? []) {
      const blocked = blockedBy(wait, change, await start(wait.for));
      if (blocked !== undefined) return blocked;
    }
    return limit(async () => {
      if (signal.aborted) return skip('interrupted', 'the run was interrupted');
      if (stopped !== undefined && touchesRecord(change, remote)) return skip(stopped.code, stopped.message);
      const result = check(change) ?? (await journalled(change, run));
      if (result.status === 'failed' && result.failure.stops === 'records') stopped = result.failure;
      if (remote.permissions === undefined) journal?.after(outcomeFrom(change, result), change);
      onResult?.();
      return result;
    });
  };

  return async (some) => new Map(await Promise.all(some.map(async (change) => [change, await start(change)] as const)));
}

async function journalled(change: Change, run: Execution): Promise<Result> {
  try {
    run.journal?.before(change);
  } catch (error) {
    return failed(error);
  }
  return writeRole(change, run);
}

/** undefined: what had to go first is done. */
function blockedBy(wait: Wait, change: Change, result: Result): Result | undefined {
  if (result.status === 'done') return undefined;
  if (wait.because === 'role')
    return skip('incomplete', `it grants the role \`${wait.for.role}\`, which was not created`);
  if (wait.because === 'holder') return skip('incomplete', `the role \`${wait.for.role}\` still holds it`);
  if (result.status === 'moved') return needsNameOf(change, wait.for);
  return skip('incomplete', `it needs the name that \`${wait.for.before?.name}\` still has`);
}

function needsNameOf(change: Change, blocker: Change): Result {
  const moved = [`\`${blocker.before?.name}\` has changed since the plan, so it was left alone`];
  const reason = `it needs the name that \`${blocker.before?.name}\` still has`;
  const { before: liveThen, after: wanted } = change;
  return { status: 'moved', movement: { reason, moved, wanted, liveThen, liveNow: liveThen } };
}

/** What speaks against taking a name by now; undefined: nothing, or the change takes none. */
async function nameCheck(changes: readonly Change[], run: Execution): Promise<(change: Change) => Result | undefined> {
  const taking = changes.filter(takesName);
  if (taking.length === 0 || run.signal.aborted) return () => undefined;
  try {
    const appeared = await findAppeared(taking, run);
    return (change) => {
      const live = takesName(change) ? appeared.get(change.after?.name ?? '') : undefined;
      return live === undefined || live.id === change.id ? undefined : appearedResult(change, live);
    };
  } catch (error) {
    const result = notTried(error);
    return (change) => (takesName(change) ? result : undefined);
  }
}

/** Without the list no name may be taken; nothing was sent, so nothing is uncertain. */
function notTried(error: unknown): Result {
  const { code, message } = report(error);
  if (code === 'interrupted') return skip(code, 'the run was interrupted');
  return {
    status: 'failed',
    failure: new Failure(code, `not written, because the live roles could not be read: ${message}`),
  };
}

function touchesRecord(change: Change, remote: Remote): boolean {
  if (change.action === 'delete') return false;
  return change.action === 'create' || remote.permissions === undefined || Object.keys(change.fields).length > 0;
}

function skip(code: Failure['code'], why: string): Result {
  return { status: 'skipped', failure: new Failure(code, `not tried: ${why}`) };
}

/**
 * The one write of permissions, for providers that keep them apart. It is made even if the run was interrupted, once a
 * record is written: a new role without its permissions, or the traces of a deleted one, would be half a change.
 */
async function withPermissions(records: Results, { remote, signal, onResult }: Execution): Promise<Results> {
  if (remote.permissions === undefined) return records;
  const begun = [...records].some(([change, result]) => result.status === 'done' && isRecordWrite(change));
  const written = [...records].flatMap(([change, result]) => permissionWork(change, result));
  if (written.length === 0) return records;
  if (signal.aborted && !begun) {
    const skipped = skip('interrupted', 'the run was interrupted');
    return withLeft(records, new Map(written.map(({ change }) => [change, skipped])));
  }
  const left = await writtenPermissions(remote.permissions, written);
  onResult?.();
  return withLeft(records, left);
}

/** A change whose record was not written keeps its outcome. */
function withLeft(records: Results, left: Results): Results {
  return new Map(
    [...records].map(([change, result]) => [change, (result.status === 'done' && left.get(change)) || result]),
  );
}

/** What became of the changes whose permissions are not stored whole: one has failed, however much of it is done. */
async function writtenPermissions(
  write: NonNullable<Remote['permissions']>,
  written: readonly WrittenChange[],
): Promise<Results> {
  try {
    const unstored = await write(written);
    return new Map(
      unstored.map(({ change, failure }) => [change, halfDone('not all of its permissions were written', failure)]),
    );
  } catch (error) {
    const result = failed(error);
    if (!('failure' in result)) throw error;
    const all = halfDone('its permissions were not written', result.failure);
    // A role that is gone is gone: its id in a row grants nothing, and the next write of that row drops it.
    const open = written.filter(({ change }) => change.action !== 'delete');
    return new Map(open.map(({ change }) => [change, all]));
  }
}

/** Never said not to have been tried, since the record may be written. */
function halfDone(what: string, cause: Failure): Result {
  const { status } = failed(cause);
  const failure = new Failure(cause.code, `${what}: ${cause.message}`, { cause });
  return { status: status === 'uncertain' ? 'uncertain' : 'failed', failure };
}

function isRecordWrite(change: Change): boolean {
  return change.action !== 'update' || Object.keys(change.fields).length > 0;
}

/** Permissions depend on the role being there, and on nothing else that may have failed. */
function permissionWork(change: Change, result: Result): readonly WrittenChange[] {
  if (change.grants.length === 0 && change.revokes.length === 0) return [];
  if (result.status === 'done') return [{ change, id: result.id }];
  if (result.status === 'moved') return [];
  // Not begun: its grants and revokes are not tried either. Where only records are stopped, permissions still go.
  if (result.status === 'skipped' && ['interrupted', 'incomplete'].includes(result.failure.code)) return [];
  const stillThere = change.action === 'update' && result.status !== 'uncertain' && result.failure.code !== 'not-found';
  return stillThere && change.id !== null ? [{ change, id: change.id }] : [];
}

function outcomeFrom(change: Change, result: Result): Outcome {
  if (result.status === 'done') return { ...outcomeOf(change, 'done'), id: result.id };
  if (result.status === 'moved') return movedOutcome(change, result.movement);
  return outcomeOf(change, result.status, report(result.failure));
}
