/** Writes one role: reads it, compares it with what the plan saw, sends the write, and after a lost answer looks what became of it. */
import type { Change, Create, Delete, Update } from './core/change.ts';
import { Failure, reworded } from './core/failure.ts';
import { movedSince } from './core/moved-live.ts';
import type { Movement } from './core/outcome.ts';
import type { LiveRole, Role } from './core/role.ts';
import { shown } from './core/text.ts';
import type { Remote } from './providers/provider.ts';

export type Result =
  | { readonly status: 'done'; readonly id: string }
  | { readonly status: 'failed' | 'skipped' | 'uncertain'; readonly failure: Failure }
  | { readonly status: 'moved'; readonly movement: Movement };

export interface Writing {
  readonly remote: Remote;
  readonly normalise: (role: Role) => Role;
  /** What the plan saw live. */
  readonly seen: readonly LiveRole[];
}

/** How often a write is sent whose answers are lost and that each time has left the role as it was. */
const TRIES = 3;

/** Never rejects but for a bug. */
export async function writeRole(change: Change, run: Writing): Promise<Result> {
  try {
    if (change.action === 'create') return await createRole(change, run);
    if (change.action === 'delete') return await deleteRole(change, run);
    return await updateRole(change, run);
  } catch (error) {
    return failed(error);
  }
}

/** Live roles that have a name that a change needs and did not have it when the plan was made: read whole, once, by `list`. */
export async function findAppeared(
  taking: readonly Change[],
  { remote, seen }: Writing,
): Promise<ReadonlyMap<string, LiveRole>> {
  const names = new Set(taking.map(({ after }) => after?.name));
  const before = new Map(seen.map(({ id, role }) => [id, role.name]));
  const live = await listWhole(remote);
  return new Map(
    live.flatMap((found) => {
      const { name } = found.role;
      return names.has(name) && before.get(found.id) !== name ? [[name, found] as const] : [];
    }),
  );
}

export function appearedResult({ before, after }: Change, live: LiveRole): Result {
  const moved = [`the role with id \`${live.id}\` has the name since then`];
  const reason = 'a role of that name appeared since the plan';
  return { status: 'moved', movement: { reason, moved, wanted: after, liveThen: before, liveNow: live.role } };
}

/** After a lost answer, nobody knows whether the write took effect. */
export function failed(error: unknown): Result {
  if (!(error instanceof Failure)) throw error;
  const status = error.code === 'interrupted' ? 'skipped' : isLost(error) ? 'uncertain' : 'failed';
  return { status, failure: error };
}

/** An answer that never came, or that does not say whether the write was carried out. */
function isLost({ unclear }: Failure): boolean {
  return unclear;
}

async function listWhole(remote: Remote): Promise<readonly LiveRole[]> {
  const live = await remote.list();
  await remote.proveEnd?.();
  return live;
}

/** Never sent twice: a request that is still on its way would make a twin. */
async function createRole(change: Create, run: Writing): Promise<Result> {
  if (run.remote.create === undefined) throw new Error('a create got past the guards');
  try {
    return { status: 'done', id: await run.remote.create(change) };
  } catch (error) {
    if (!(error instanceof Failure) || !isLost(error)) return failed(error);
    const id = await createdId(change, run);
    return id === undefined ? { status: 'uncertain', failure: error } : { status: 'done', id };
  }
}

/** The one live role that equals the one to create and that the plan did not see; undefined: unclear. */
async function createdId({ after }: Create, { remote, normalise, seen }: Writing): Promise<string | undefined> {
  try {
    const before = new Set(seen.map(({ id }) => id));
    const found = (await listWhole(remote)).filter(({ id, role }) => !before.has(id) && role.name === after.name);
    const [only] = found;
    if (only === undefined || found.length > 1) return undefined;
    return same(after, normalise(only.role), remote) ? only.id : undefined;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** Stops at the first step that is not done. */
async function updateRole(change: Update, run: Writing): Promise<Result> {
  const { remote } = run;
  const { id, fields } = change;
  if (remote.update === undefined || id === null) throw new Error('an update got past the guards');
  const done: Result = { status: 'done', id };
  // Permissions that live apart are read just before they are written, all of them in one step.
  if (remote.permissions !== undefined && Object.keys(fields).length === 0) return done;
  const steps = remote.steps?.(change) ?? [change];
  for (const [at, step] of steps.entries()) {
    const { read, update } = pairOf(remote);
    const send = async () => update?.(step);
    const result = await untilCertain({ ...step, id }, step.after, run, { read, send });
    if (result.status !== 'done') return at === 0 ? result : halfWay(result, steps.slice(0, at));
  }
  return done;
}

/** Part of the change is live, so it has been tried, and something was written. */
function halfWay(result: Exclude<Result, { status: 'done' }>, before: readonly Update[]): Result {
  const written = before.flatMap((step) => [
    ...Object.keys(step.fields).map((field) => `the ${field} was written`),
    ...(step.grants.length > 0 ? [`${step.grants.map((one) => `\`${shown(one)}\``).join(', ')} granted`] : []),
  ]);
  const so = `before that ${written.join(', ')}, and nothing was revoked; plan again`;
  if (result.status === 'moved') {
    const moved = `somebody else wrote to the role at the same time: ${result.movement.moved.join('; ')}`;
    return { status: 'failed', failure: new Failure('moved', `${moved}; ${so}`) };
  }
  const { failure, status } = result;
  return { status: status === 'skipped' ? 'failed' : status, failure: reworded(failure, `${failure.message}; ${so}`) };
}

async function deleteRole(change: Delete, run: Writing): Promise<Result> {
  const { read, delete: send } = pairOf(run.remote);
  if (send === undefined) throw new Error('a delete got past the guards');
  return untilCertain(change, undefined, run, { read, send: () => send(change) });
}

/** A read and a write of one role with nothing of this run between. */
function pairOf(remote: Remote): Pick<Remote, 'read' | 'update' | 'delete'> {
  return remote.paired?.() ?? remote;
}

/** `wanted`: undefined for a delete. Between the read and the write there is one round trip that nobody can avoid. */
async function untilCertain(
  change: { readonly id: string; readonly before: Role },
  wanted: Role | undefined,
  run: Writing,
  { read, send }: { readonly read: Remote['read']; readonly send: () => Promise<void> },
): Promise<Result> {
  const done = { status: 'done', id: change.id } as const;
  let lost: Failure | undefined;
  const look = () => readNow(() => read(change.id), run, lost);
  for (let sent = 0; sent < TRIES; ) {
    const now = await look();
    if (now instanceof Failure) return lost === undefined ? failed(now) : { status: 'uncertain', failure: lost };
    const isGone = wanted === undefined && now === undefined;
    const isWritten = lost !== undefined && wanted !== undefined && now !== undefined && same(wanted, now, run.remote);
    if (isGone || isWritten) return done;
    const moved = movedSince(change.before, comparable(change.before, now, run.remote));
    if (moved.length > 0) return lost === undefined ? movedResult(change, wanted, now, moved) : unclear(lost, moved);
    try {
      await send();
      return done;
    } catch (error) {
      if (error instanceof Failure && error.stale) continue;
      if (!(error instanceof Failure) || !isLost(error)) return failed(error);
      lost = error;
      sent += 1;
    }
  }
  // The last answer was lost as well; what is live now still tells.
  const now = await look();
  const isDone =
    !(now instanceof Failure) &&
    (wanted === undefined ? now === undefined : now !== undefined && same(wanted, now, run.remote));
  if (isDone) return done;
  return lost === undefined ? done : { status: 'uncertain', failure: lost };
}

async function readNow(
  read: () => ReturnType<Remote['read']>,
  { normalise }: Writing,
  lost: Failure | undefined,
): Promise<Role | undefined | Failure> {
  try {
    const live = await read();
    return live && normalise(live.role);
  } catch (error) {
    if (error instanceof Failure && !(lost === undefined && isLost(error))) return error;
    if (!(error instanceof Failure)) throw error;
    // Nothing of this change was sent: the answer to a read is no write that could have been lost.
    return new Failure('response', error.message, { cause: error });
  }
}

/** Where permissions live apart, the record is compared alone. */
function comparable(then: Role, now: Role | undefined, remote: Remote): Role | undefined {
  return now !== undefined && remote.permissions !== undefined ? { ...now, permissions: then.permissions } : now;
}

function same(wanted: Role, now: Role, remote: Remote): boolean {
  return movedSince(wanted, comparable(wanted, now, remote)).length === 0;
}

function movedResult(
  { before }: { readonly before: Role },
  wanted: Role | undefined,
  now: Role | undefined,
  moved: readonly string[],
): Result {
  const reason = 'the live role has changed since the plan';
  return {
    status: 'moved',
    movement: { reason, moved, wanted: wanted ?? null, liveThen: before, liveNow: now ?? null },
  };
}

function unclear(lost: Failure, moved: readonly string[]): Result {
  const message = `${lost.message}; afterwards the role is neither as it was nor as wanted: ${moved.join('; ')}`;
  return { status: 'uncertain', failure: new Failure(lost.code, message, { cause: lost }) };
}
