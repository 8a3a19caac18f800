/** A remote that shows no secret: not in the live roles it lists, nor in its failures. What is written stays as it was live. */
import type { Change } from '../../core/change.ts';
import { Failure, reworded } from '../../core/failure.ts';
import type { DesiredRole, LiveRole, Role } from '../../core/role.ts';
import type { Remote, Unstored } from '../provider.ts';

type Redact = (text: string) => string;

/** Texts that the files declare are known to everybody who reads them, and are left alone: they decide what matches. */
export function concealed(remote: Remote, isDeclared: (text: string) => boolean, redact: Redact): Remote {
  const hide = (text: string) => (isDeclared(text) ? text : redact(text));
  /** What is shown of a role → what is live, by id. */
  const hidden = new Map<string, Pick<Role, 'name' | 'description'>>();
  const shownRole = (live: LiveRole): LiveRole => {
    checkRest(live, hide);
    const { name, description } = live.role;
    const role = { ...live.role, name: hide(name), description: hide(description) };
    if (role.name !== name || role.description !== description) hidden.set(live.id, { name, description });
    else hidden.delete(live.id);
    return { ...live, role };
  };
  /** A text that nobody changed is sent as it was received. */
  const asLive = <C extends Change>(change: C): C => {
    const live = change.id === null ? undefined : hidden.get(change.id);
    if (live === undefined) return change;
    const restored = (role: Role): Role => ({
      ...role,
      name: role.name === hide(live.name) ? live.name : role.name,
      description: role.description === hide(live.description) ? live.description : role.description,
    });
    const { before, after } = change;
    return { ...change, before: before && restored(before), after: after && restored(after) };
  };
  const clean = cleaning(redact);
  const verbs = ({ read, update, delete: remove }: Verbs): Verbs => ({
    read: (id) =>
      clean(async () => {
        const live = await read(id);
        return live && shownRole(live);
      }),
    ...(update && { update: (change) => clean(() => update(asLive(change))) }),
    ...(remove && { delete: (change) => clean(() => remove(asLive(change))) }),
  });
  const { list, proveEnd, known, writeAccess, examine, checks, create, steps, permissions, paired } = remote;
  return {
    list: () => clean(async () => (await list()).map(shownRole)),
    ...verbs(remote),
    ...(proveEnd && { proveEnd: () => clean(proveEnd) }),
    ...(known && { known: () => clean(async () => (await known()).map(redact)) }),
    ...(writeAccess && { writeAccess: () => clean(writeAccess) }),
    ...(examine && { examine: (changes) => clean(() => examine(changes)) }),
    ...(checks && { checks: (changes) => clean(() => checks(changes)) }),
    ...(create && { create: (change) => clean(() => create(change)) }),
    ...(permissions && {
      permissions: (written) =>
        clean(async () => (await permissions(written)).map((one) => cleanUnstored(one, redact))),
    }),
    ...(steps && { steps }),
    ...(paired && { paired: () => verbs(paired()) }),
  };
}

function cleanUnstored({ change, failure }: Unstored, redact: Redact): Unstored {
  return { change, failure: reworded(failure, redact(failure.message)) };
}

type Verbs = Pick<Remote, 'read' | 'update' | 'delete'>;

/** Whether one of the roles declares the text. Targets that share a file share its roles: each is looked at once. */
export function declaredBy(desired: readonly DesiredRole[]): (text: string) => boolean {
  const texts = new Set<string>();
  for (const { id, name, previously, description, permissions = [], settings = {} } of new Set(desired)) {
    for (const text of [id, name, description, ...previously, ...permissions, ...Object.values(settings)]) {
      if (text !== undefined) texts.add(String(text));
    }
  }
  return (text) => texts.has(text);
}

/** An id or a permission means something, so it cannot be shown as another; and it must not be shown as it is. */
function checkRest({ id, role }: LiveRole, hide: Redact): void {
  const values = [id, ...role.permissions, ...Object.values(role.settings).map(String)];
  if (values.every((value) => hide(value) === value)) return;
  const message = 'the provider answered a role with a secret of this run in its id, permissions or settings';
  throw new Failure('response', `${message}; nothing of this target is planned`);
}

function cleaning(redact: Redact) {
  return async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      throw reworded(error, redact(error.message));
    }
  };
}
