/** Carries a plan out, stage by stage; every change gets an outcome, and nothing is written that is not in the plan. */
import pLimit from 'p-limit';
import type { Change } from './core/change.ts';
import { Failure, report } from './core/failure.ts';
import { type Outcome, outcomeOf } from './core/outcome.ts';
import type { Remote, WrittenChange } from './providers/provider.ts';

export interface Execution {
  readonly remote: Remote;
  /** Writes of this target in flight. */
  readonly writes: number;
  /** The provider refuses a second role of one name. */
  readonly uniqueNames: boolean;
  /** Aborted: what is under way is finished, the rest is skipped. */
  readonly signal: AbortSignal;
  /** Called after each write, for progress. */
  readonly onResult?: () => void;
}

/**
 * Creates and updates, then deletes, then the permissions that are kept apart. A delete goes earlier where names are
 * unique and a change needs the name. Outcomes in the order of `changes`.
 */
export async function execute(changes: readonly Change[], run: Execution): Promise<readonly Outcome[]> {
  const write = writer(changes, run);
  const records = await write(changes.filter((change) => change.action !== 'delete'));
  const deletes = await write(changes.filter((change) => change.action === 'delete'));
  const results = await withPermissions(new Map([...records, ...deletes]), run);
  return changes.flatMap((change) => {
    const result = results.get(change);
    return result === undefined ? [] : outcomeFrom(change, result);
  });
}

type Result =
  | { readonly status: 'done'; readonly id: string }
  | { readonly status: 'failed' | 'skipped' | 'uncertain'; readonly failure: Failure };

type Results = ReadonlyMap<Change, Result>;

type Write = (some: readonly Change[]) => Promise<Results>;

/** Writes changes side by side. One that needs a name goes after the change that frees it, and not at all if that failed. */
function writer(changes: readonly Change[], { remote, writes, uniqueNames, signal, onResult }: Execution): Write {
  const limit = pLimit(writes);
  const started = new Map<Change, Promise<Result>>();
  let stopped: Failure | undefined;

  const start = (change: Change): Promise<Result> => {
    const result = started.get(change) ?? run(change);
    started.set(change, result);
    return result;
  };
  const run = async (change: Change): Promise<Result> => {
    const blocker = holderOfName(change, changes, uniqueNames);
    if (blocker !== undefined && (await start(blocker)).status !== 'done') {
      return skip('incomplete', `it needs the name that \`${blocker.before?.name}\` still has`);
    }
    return limit(async () => {
      if (signal.aborted) return skip('interrupted', 'the run was interrupted');
      if (stopped !== undefined && writesRecord(change, remote)) return skip(stopped.code, stopped.message);
      const result = await write(change, remote);
      if (result.status === 'failed' && result.failure.stops === 'records') stopped = result.failure;
      onResult?.();
      return result;
    });
  };

  return async (some) => new Map(await Promise.all(some.map(async (change) => [change, await start(change)] as const)));
}

/** The change that takes away the name this one needs; none where names go round in a circle. */
function holderOfName(change: Change, changes: readonly Change[], uniqueNames: boolean): Change | undefined {
  const frees = (other: Change) => takesName(other) || (uniqueNames && other.action === 'delete');
  const holder = (of: Change) =>
    takesName(of)
      ? changes.find((other) => other !== of && frees(other) && other.before?.name === of.after?.name)
      : undefined;
  const first = holder(change);
  const seen = new Set<Change>([change]);
  for (let next = first; next !== undefined; next = holder(next)) {
    if (seen.has(next)) return undefined;
    seen.add(next);
  }
  return first;
}

function takesName(change: Change): boolean {
  return change.action === 'create' || change.fields['name'] !== undefined;
}

function writesRecord(change: Change, remote: Remote): boolean {
  if (change.action === 'delete') return false;
  return change.action === 'create' || remote.permissions === undefined || Object.keys(change.fields).length > 0;
}

function skip(code: Failure['code'], why: string): Result {
  return { status: 'skipped', failure: new Failure(code, `not tried: ${why}`) };
}

async function write(change: Change, remote: Remote): Promise<Result> {
  try {
    return { status: 'done', id: await send(change, remote) };
  } catch (error) {
    return failed(error);
  }
}

async function send(change: Change, remote: Remote): Promise<string> {
  if (change.action === 'create' && remote.create) return remote.create(change);
  if (change.action === 'update' && remote.update && change.id !== null) {
    await remote.update(change);
    return change.id;
  }
  if (change.action === 'delete' && remote.delete) {
    await remote.delete(change);
    return change.id;
  }
  throw new Error(`a change that the provider cannot ${change.action} came past the guards`);
}

/** A lost answer leaves open whether the write took; the plan made afterwards tells. */
function failed(error: unknown): Result {
  if (!(error instanceof Failure)) throw error;
  const lost = error.code === 'network' || error.code === 'timeout';
  const status = error.code === 'interrupted' ? 'skipped' : lost ? 'uncertain' : 'failed';
  return { status, failure: error };
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
  if (signal.aborted && !begun) return failedWith(skip('interrupted', 'the run was interrupted'), written, records);
  const failure = await remote.permissions(written).then(() => undefined, failed);
  onResult?.();
  return failure === undefined ? records : failedWith(halfDone(failure), written, records);
}

/** What was done as far as its record goes has failed with the permissions, and is never said not to have been tried. */
function failedWith(result: Result, written: readonly WrittenChange[], records: Results): Results {
  const touched = new Set(written.map(({ change }) => change));
  const outcome = (change: Change, before: Result): Result => {
    if (!touched.has(change) || before.status !== 'done') return before;
    return result.status === 'skipped' && isRecordWrite(change) ? halfDone(result) : result;
  };
  return new Map([...records].map(([change, before]) => [change, outcome(change, before)]));
}

function halfDone(result: Result): Result {
  if (result.status === 'done') return result;
  const { code, message } = result.failure;
  const status = result.status === 'skipped' ? 'failed' : result.status;
  return {
    status,
    failure: new Failure(code, `its permissions were not written: ${message}`, { cause: result.failure }),
  };
}

function isRecordWrite(change: Change): boolean {
  return change.action !== 'update' || Object.keys(change.fields).length > 0;
}

/** Permissions depend on the role being there, and on nothing else that may have failed. */
function permissionWork(change: Change, result: Result): readonly WrittenChange[] {
  if (change.grants.length === 0 && change.revokes.length === 0) return [];
  if (result.status === 'done') return [{ change, id: result.id }];
  const stillThere = change.action === 'update' && result.status !== 'uncertain' && result.failure.code !== 'not-found';
  return stillThere && change.id !== null ? [{ change, id: change.id }] : [];
}

function outcomeFrom(change: Change, result: Result): Outcome {
  if (result.status === 'done') return { ...outcomeOf(change, 'done'), id: result.id };
  return outcomeOf(change, result.status, report(result.failure));
}
