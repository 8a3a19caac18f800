/** Makes a scenario that breaks an invariant as small as it can: fewer faults, edits, tenants and roles, and still broken. */
import { check } from './check/check.ts';
import type { Invariant } from './check/finding.ts';
import type { Launch } from './launch.ts';
import { type Played, play } from './play.ts';
import type { Edit, Fault, Scenario } from './scenario.ts';

/** Plays of the scenario, so that shrinking ends. */
const MOST_PLAYS = 40;

export async function shrink(broken: Played, invariant: Invariant, launch: Launch): Promise<Played> {
  let best = broken;
  let plays = 0;
  const attempt = async (scenario: Scenario): Promise<boolean> => {
    if (plays >= MOST_PLAYS) return false;
    plays += 1;
    const played = await play(scenario, launch);
    if (!check(played).some((finding) => finding.invariant === invariant)) return false;
    best = played;
    return true;
  };
  if (!(await attempt(explicit(broken)))) return best;
  for (let improved = true; improved && plays < MOST_PLAYS; ) {
    improved = false;
    for (const smaller of smallerOnes(best.scenario)) {
      if (!(await attempt(smaller))) continue;
      improved = true;
      break;
    }
  }
  return best;
}

/** The same run, with what happened in it said one by one. */
function explicit({ scenario, events }: Played): Scenario {
  const faults = events.flatMap((event): readonly Fault[] =>
    event.kind === 'exchange' && event.fault !== undefined
      ? [{ key: event.key, nth: event.nth, fault: event.fault }]
      : [],
  );
  const edits = events.flatMap((event): readonly Edit[] =>
    event.kind === 'edited' ? [{ ...event.moment, edit: event.edit }] : [],
  );
  return { ...scenario, faults: { exactly: faults }, edits: { exactly: edits } };
}

/** Boldest first. */
function* smallerOnes(scenario: Scenario): Generator<Scenario> {
  const { tenants, faults, edits } = scenario;
  if (tenants.length > 1)
    for (const one of tenants) yield { ...scenario, tenants: tenants.filter((other) => other !== one) };
  if ('exactly' in faults) for (const exactly of fewer(faults.exactly)) yield { ...scenario, faults: { exactly } };
  if ('exactly' in edits) for (const exactly of fewer(edits.exactly)) yield { ...scenario, edits: { exactly } };
  if (scenario.interruptAt > 0) yield { ...scenario, interruptAt: 0 };
  if (scenario.applies > 1) yield { ...scenario, applies: scenario.applies - 1 };
  if (scenario.concurrency > 1) yield { ...scenario, concurrency: 1 };
  if (scenario.verbose) yield { ...scenario, verbose: false };
  for (const tenant of tenants) {
    const swap = (smaller: Partial<typeof tenant>): Scenario => {
      return { ...scenario, tenants: tenants.map((one) => (one === tenant ? { ...tenant, ...smaller } : one)) };
    };
    for (const declared of fewer(tenant.declared)) yield swap({ declared });
    for (const live of fewer(tenant.live)) yield swap({ live });
  }
}

/** Half of them, then all but one. */
function fewer<T>(items: readonly T[]): readonly (readonly T[])[] {
  const half = Math.floor(items.length / 2);
  const halves = items.length > 3 ? [items.slice(0, half), items.slice(half)] : [];
  return items.length === 0 ? [] : [...halves, ...items.map((one) => items.filter((other) => other !== one))];
}
