/** What happened in a run, in order: requests, edits by somebody else, and what rolesync was seen to do. */
import type { Snapshot } from './live.ts';
import type { Edit, EditChoice, FaultChoice, Tenant } from './scenario.ts';

export type Event = Exchange | Edited | Mark;

/** One request at a time reaches the provider, so each has a state before it and one after it. */
export interface Exchange {
  readonly kind: 'exchange';
  readonly seq: number;
  readonly apply: number;
  readonly key: string;
  readonly nth: number;
  readonly method: string;
  readonly path: string;
  readonly body: string;
  /** undefined: a login. */
  readonly tenant: Tenant | undefined;
  /** It reached the provider. */
  readonly passed: boolean;
  /** Of the answer as it was delivered; 0: none. */
  readonly status: number;
  readonly fault: FaultChoice | undefined;
  /** The client was told what the provider said: a list or role that it can believe. */
  readonly told: boolean;
  /** Roles that a read of `reads` told of. */
  readonly ids: ReadonlySet<string>;
  readonly reads: 'list' | 'one' | 'rows' | undefined;
  readonly before: Snapshot;
  readonly after: Snapshot;
  /** Arrived at the proxy, in the order of events. */
  readonly arrived: number;
}

export interface Edited {
  readonly kind: 'edited';
  readonly seq: number;
  readonly edit: EditChoice;
  readonly moment: Pick<Edit, 'when' | 'key' | 'nth'>;
  readonly tenant: Tenant;
  readonly before: Snapshot;
  readonly after: Snapshot;
}

export interface Mark {
  readonly kind: 'mark';
  readonly seq: number;
  readonly apply: number;
  readonly what: 'began' | 'planned' | 'interrupted' | 'ended';
  readonly command: 'plan' | 'apply';
}

/** A change of what is live, whoever made it. */
export type Written = Exchange | Edited;

export function writesOf(events: readonly Event[], target: string): readonly Written[] {
  return events.filter(
    (event): event is Written =>
      event.kind !== 'mark' && event.tenant?.target === target && event.before !== event.after,
  );
}

export function exchangesOf(events: readonly Event[], apply: number): readonly Exchange[] {
  return events.filter((event): event is Exchange => event.kind === 'exchange' && event.apply === apply);
}

/** One thing that can differ about a role: that it is there, a permission, or a field. */
export interface Cell {
  readonly role: string;
  readonly what: 'role' | 'permission' | 'field';
  readonly name: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What differs between two states, cell by cell. A role that comes or goes takes its permissions with it. */
export function cellsBetween(before: Snapshot, after: Snapshot): readonly Cell[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((role): readonly Cell[] => {
    const [old, fresh] = [before.get(role), after.get(role)];
    if (old === fresh) return [];
    const there: readonly Cell[] =
      (old?.isRole === true) === (fresh?.isRole === true)
        ? []
        : [{ role, what: 'role', name: '', before: old?.isRole === true, after: fresh?.isRole === true }];
    const names = new Set([...(old?.permissions ?? []), ...(fresh?.permissions ?? [])]);
    const permissions = [...names].map((name): Cell => {
      return {
        role,
        what: 'permission',
        name,
        before: old?.permissions.includes(name) === true,
        after: fresh?.permissions.includes(name) === true,
      };
    });
    const both = old?.isRole === true && fresh?.isRole === true;
    const fields = both
      ? fieldCells(role, { name: old.name, ...old.fields }, { name: fresh.name, ...fresh.fields })
      : [];
    return [...there, ...permissions, ...fields].filter((cell) => cell.before !== cell.after);
  });
}

function fieldCells(
  role: string,
  old: Readonly<Record<string, unknown>>,
  fresh: Readonly<Record<string, unknown>>,
): readonly Cell[] {
  return Object.keys({ ...old, ...fresh }).map((name) => {
    return { role, what: 'field', name, before: old[name], after: fresh[name] };
  });
}

export function cellKey({ role, what, name }: Pick<Cell, 'role' | 'what' | 'name'>): string {
  return JSON.stringify([role, what, name]);
}
