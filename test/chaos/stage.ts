/** One run's world: the sandbox, the order of what happens, and the timeline. It decides by the scenario what goes wrong when. */
import { type Sandbox, startSandbox } from '../support/sandbox.ts';
import { applyEdit, chooseEdit } from './edits.ts';
import { type Answered, type Asked, type Delivery, faultKinds } from './faults.ts';
import { basePath } from './files.ts';
import { type Live, type Snapshot, snapshotOf, stateOf } from './live.ts';
import { randomOf } from './random.ts';
import { readOf, tokensIn } from './reading.ts';
import type { EditChoice, FaultChoice, Scenario, Tenant } from './scenario.ts';
import type { Edited, Event, Mark } from './timeline.ts';

export interface Stage {
  readonly events: readonly Event[];
  readonly sandbox: Sandbox;
  readonly sandboxOrigin: () => string;
  /** Every token that the sandbox gave. */
  readonly tokens: ReadonlySet<string>;
  readonly now: () => number;
  /** One at a time, in the order of arrival. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  readonly arrival: (apply: number) => number;
  readonly begin: (apply: number, asked: Asked, arrived: number) => Turn;
  readonly mark: (apply: number, what: Mark['what'], command: Mark['command']) => void;
  readonly snapshot: (target: string) => Snapshot;
  /** Somebody edits a role, where it can be done. */
  readonly edit: (edit: EditChoice, moment: Edited['moment']) => void;
  /** From now on nothing goes wrong. */
  readonly calm: () => void;
}

interface Turn {
  readonly fault: FaultChoice | undefined;
  readonly end: (result: Result) => void;
}

interface Result {
  readonly answer: Answered | undefined;
  readonly delivery: Delivery;
  readonly fault: FaultChoice | undefined;
  readonly told: boolean;
}

/** `onArrival`: before each request of an apply, counted from 1. `now`: the clock that waits of the run go by. */
export async function openStage(
  scenario: Scenario,
  { now, onArrival }: { readonly now: () => number; readonly onArrival: (apply: number, count: number) => void },
): Promise<Stage> {
  const sandbox = await startSandbox({ state: stateOf(scenario) });
  const { state } = sandbox;
  const events: Event[] = [];
  const tokens = new Set<string>();
  const companies = new Map<string, string>();
  const counts = new Map<string, number>();
  const arrivals = new Map<number, number>();
  const snapshots = new Map(scenario.tenants.map((tenant) => [tenant.target, snapshotOf(state, tenant)]));
  const known = new Set(scenario.tenants.flatMap(({ live, dead }) => [...live.map(({ id }) => id), ...dead]));
  let turn: Promise<unknown> = Promise.resolve();
  let isCalm = false;

  /** The current snapshot. What has not changed is the same object as before. */
  const look = (tenant: Tenant): Snapshot => {
    const old: Snapshot = snapshots.get(tenant.target) ?? new Map();
    const fresh = [...snapshotOf(state, tenant).values()].map((role) => asBefore(role, old.get(role.id)));
    if (fresh.length === old.size && fresh.every((role) => old.get(role.id) === role)) return old;
    const snapshot = new Map(fresh.map((role) => [role.id, role]));
    snapshots.set(tenant.target, snapshot);
    return snapshot;
  };

  const asKnown = (tenant: Tenant): Snapshot => snapshots.get(tenant.target) ?? look(tenant);

  const edit = (choice: EditChoice, moment: Edited['moment']): void => {
    const tenant = scenario.tenants.find(({ target }) => target === choice.target);
    if (tenant === undefined) return;
    const before = asKnown(tenant);
    if (!applyEdit(state, tenant, choice)) return;
    events.push({ kind: 'edited', seq: events.length, edit: choice, moment, tenant, before, after: look(tenant) });
  };

  const interfere = (when: 'before' | 'after', key: string, nth: number, tenant: Tenant | undefined): void => {
    if (isCalm) return;
    for (const choice of editsAt(when, key, nth, tenant)) edit(choice, { when, key, nth });
  };

  const editsAt = (
    when: 'before' | 'after',
    key: string,
    nth: number,
    near: Tenant | undefined,
  ): readonly EditChoice[] => {
    const { edits } = scenario;
    if ('exactly' in edits) {
      return edits.exactly
        .filter((one) => one.when === when && one.key === key && one.nth === nth)
        .map((one) => one.edit);
    }
    const random = randomOf('edit', scenario.seed, when, key, nth);
    if (!random.chance(edits.rate)) return [];
    const choice = chooseEdit(random, state, near ?? random.pick(scenario.tenants));
    return choice === undefined ? [] : [choice];
  };

  const faultAt = (key: string, nth: number, asked: Asked): FaultChoice | undefined => {
    const { faults, kinds } = scenario;
    if (isCalm) return undefined;
    if ('exactly' in faults) return faults.exactly.find((one) => one.key === key && one.nth === nth)?.fault;
    const random = randomOf('fault', scenario.seed, key, nth);
    const fitting = kinds.filter((kind) => faultKinds[kind]?.suits(asked) === true);
    if (!random.chance(faults.rate) || fitting.length === 0) return undefined;
    return { kind: random.pick(fitting), dice: random.next() };
  };

  return {
    events,
    sandbox,
    sandboxOrigin: () => sandbox.origin,
    tokens,
    now,
    inTurn: (work) => {
      const result = turn.then(work);
      turn = result.catch(() => undefined);
      return result;
    },
    arrival: (apply) => {
      const count = (arrivals.get(apply) ?? 0) + 1;
      arrivals.set(apply, count);
      onArrival(apply, count);
      return events.length;
    },
    begin: (apply, asked, arrived) => {
      const key = keyOf(apply, asked, known);
      const nth = (counts.get(key) ?? 0) + 1;
      counts.set(key, nth);
      const tenant = tenantOf(asked, scenario.tenants, companies);
      interfere('before', key, nth, tenant);
      const before = tenant === undefined ? new Map() : asKnown(tenant);
      const choice = faultAt(key, nth, asked);
      return {
        fault: choice,
        end: ({ answer, delivery, fault, told }) => {
          for (const token of tokensIn(answer?.body ?? '', asked, companies)) tokens.add(token);
          const { method, path, body } = asked;
          const status = 'status' in delivery ? delivery.status : 0;
          const after = tenant === undefined || method === 'GET' || answer === undefined ? before : look(tenant);
          const seen = readOf(asked, told && 'body' in delivery ? delivery.body : '');
          const request = { apply, key, nth, method, path, body, tenant, arrived };
          const result = { passed: answer !== undefined, status, fault, told: told && status >= 200 && status < 300 };
          events.push({ kind: 'exchange', seq: events.length, ...request, ...result, ...seen, before, after });
          interfere('after', key, nth, tenant);
        },
      };
    },
    mark: (apply, what, command) => events.push({ kind: 'mark', seq: events.length, apply, what, command }),
    snapshot: (target) => {
      const tenant = scenario.tenants.find((one) => one.target === target);
      if (tenant === undefined) throw new Error(`no target ${target}`);
      return look(tenant);
    },
    edit,
    calm: () => {
      isCalm = true;
    },
  };
}

function asBefore(role: Live, old: Live | undefined): Live {
  return old !== undefined && JSON.stringify(old) === JSON.stringify(role) ? old : role;
}

/** The same request of the same run has the same key, though ids of new roles are by chance. */
function keyOf(apply: number, { method, path, body }: Asked, known: ReadonlySet<string>): string {
  const stable = path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{24}/g, (id) => (known.has(id) ? id : '{new}'));
  const name = method === 'GET' ? undefined : /"name":"((?:[^"\\]|\\.)*)"/.exec(body)?.[1];
  return `${apply} ${method} ${stable}${name === undefined ? '' : ` ${name}`}`;
}

/** undefined: a login, or what belongs to no tenant. */
function tenantOf(
  { path, headers }: Asked,
  tenants: readonly Tenant[],
  companies: ReadonlyMap<string, string>,
): Tenant | undefined {
  if (/\/auth\/(token|login|select-company)$/.test(path)) return undefined;
  const company = companies.get((headers['authorization'] ?? '').replace('Bearer ', ''));
  return tenants.find((tenant) => {
    if (tenant.provider === 'rinne') return path.startsWith('/rinne/') && tenant.tenant === company;
    const prefix =
      tenant.provider === 'dintero' ? `${basePath(tenant)}/accounts/${tenant.tenant}/` : `${basePath(tenant)}/`;
    return path.startsWith(prefix);
  });
}
