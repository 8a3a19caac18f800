/** Holds what a command said at its end (exit code, outcomes) against what was live then and what it had written. */
import { roleIn, type Snapshot } from '../live.ts';
import type { Command, Played } from '../play.ts';
import type { Tenant } from '../scenario.ts';
import { cellsBetween, type Event, type Exchange, type Mark, type Written, writesOf } from '../timeline.ts';
import { documentIn, type PrintedOutcome, type PrintedTarget } from './documents.ts';
import type { Finding } from './finding.ts';
import { unmet, unmetOne } from './wanted.ts';

export function checkEndings(played: Played): readonly Finding[] {
  return played.commands.flatMap((command) => [...checkEnding(played, command), ...checkInterrupt(played, command)]);
}

function checkEnding(played: Played, command: Command): readonly Finding[] {
  const { code, bug, killed, stdout, stderr, argv, part } = command;
  if (bug !== undefined || /^ {4}at /m.test(stderr)) {
    return [{ invariant: 'bug', message: `${argv[0]}: ${bug ?? stderr}`.slice(0, 1500) }];
  }
  if (killed) return [];
  if (code === undefined || ![0, 1, 2, 3, 130].includes(code))
    return [{ invariant: 'bug', message: `exit code ${code}` }];
  const span = spanOf(played.events, command);
  const written = span.filter(
    (event): event is Exchange =>
      event.kind === 'exchange' && event.apply === command.apply && event.before !== event.after,
  );
  if (part === 'plan' || part === 'check')
    return written.map(() => ({ invariant: 'refused', message: 'a plan wrote' }));
  const document = argv.includes('json') ? documentIn(stdout) : undefined;
  if (argv.includes('json') && document === undefined)
    return [{ invariant: 'document', message: `standard output is ${JSON.stringify(stdout.slice(0, 200))}` }];
  const isTampered = played.scenario.way === 'tampered' && part === 'apply';
  const isRefused = isTampered || document?.error !== undefined || /nothing was written$/m.test(stderr);
  const found: Finding[] = [];
  if (isRefused && written.length > 0)
    found.push({ invariant: 'refused', message: `exit ${code}, and #${written[0]?.seq} wrote` });
  if (isTampered && ![3, 130].includes(code))
    found.push({ invariant: 'refused', message: `a tampered plan ended with ${code}` });
  if (document?.targets !== undefined) {
    found.push(...checkCode(code, document.targets));
    for (const target of document.targets) found.push(...checkTarget(played, command, target));
  }
  if (code !== 0) return found;
  return [
    ...found,
    ...played.scenario.tenants.flatMap((tenant) => checkConverged(played, tenant, span, command.apply)),
  ];
}

/** From its begin to its end, by the marks that the command left. */
function spanOf(events: readonly Event[], { apply, part }: Command): readonly Event[] {
  const name = part === 'plan' || part === 'check' ? 'plan' : 'apply';
  const at = (what: Mark['what']) =>
    events.find(
      (event) => event.kind === 'mark' && event.apply === apply && event.what === what && event.command === name,
    )?.seq;
  return events.slice(at('began') ?? 0, (at('ended') ?? events.length) + 1);
}

function checkCode(code: number, targets: readonly PrintedTarget[]): readonly Finding[] {
  const outcomes = targets.flatMap((target) => target.outcomes ?? []);
  const has = (...statuses: readonly string[]) => outcomes.some(({ status }) => statuses.includes(status));
  const isBad =
    has('failed', 'skipped', 'uncertain') ||
    targets.some(({ error, verified }) => error !== undefined || verified === false);
  const isHeld = has('withheld', 'moved') || targets.some(({ withheld = [] }) => withheld.length > 0);
  const expected = isBad ? 1 : isHeld ? 3 : 0;
  if (code === expected || (code === 130 && expected !== 0)) return [];
  return [{ invariant: 'exit-code', message: `exit ${code}, and the outcomes say ${expected}` }];
}

function checkConverged(played: Played, tenant: Tenant, span: readonly Event[], apply: number): readonly Finding[] {
  const writes = writesOf(span, tenant.target);
  const own = writes.findLast((write) => write.kind === 'exchange' && write.apply === apply)?.seq ?? span[0]?.seq ?? 0;
  if (writes.some((write) => write.seq > own && (write.kind === 'edited' || write.apply !== apply))) return [];
  const wrong = unmet(tenant, stateAfter(played, tenant, span));
  return wrong.map((message) => ({ invariant: 'exit-code', message: `exit 0, and ${tenant.target}: ${message}` }));
}

function stateAfter({ events, end }: Played, { target }: Tenant, span: readonly Event[]): Snapshot {
  const last = span.at(-1)?.seq ?? 0;
  const next = events.find((event) => event.kind !== 'mark' && event.tenant?.target === target && event.seq > last);
  const before = events.findLast(
    (event) => event.kind !== 'mark' && event.tenant?.target === target && event.seq <= last,
  );
  if (before !== undefined && before.kind !== 'mark') return before.after;
  return next !== undefined && next.kind !== 'mark' ? next.before : (end.get(target) ?? new Map());
}

function checkTarget(played: Played, command: Command, printed: PrintedTarget): readonly Finding[] {
  const tenant = played.scenario.tenants.find(({ target }) => target === printed.name);
  if (tenant === undefined) return [{ invariant: 'document', message: `an unknown target ${printed.name}` }];
  const span = spanOf(played.events, command);
  const writes = writesOf(span, tenant.target);
  const own = writes.filter((write) => write.kind === 'exchange' && write.apply === command.apply);
  const others = writes.filter((write) => write.kind === 'edited' || write.apply !== command.apply);
  // A row is written whole: within the last round trip that can be what somebody else just changed.
  const isDisturbed = (role: string) => others.some((other) => other.before.get(role) !== other.after.get(role));
  const strange = own.flatMap(({ before, after, seq }) =>
    cellsBetween(before, after)
      .filter(({ role }) => roleIn(before, role) ?? roleIn(after, role))
      .filter(
        ({ role }) =>
          !isDisturbed(role) && !(printed.outcomes ?? []).some((outcome) => concerns(outcome, role, before, after)),
      )
      .map(
        ({ role }): Finding => ({ invariant: 'unreported', message: `#${seq} wrote ${role}, and no outcome says so` }),
      ),
  );
  const live = stateAfter(played, tenant, span);
  return [
    ...strange,
    ...(printed.outcomes ?? []).flatMap((outcome) => {
      const touched = (list: typeof writes) =>
        list.some(({ before, after }) =>
          cellsBetween(before, after).some(({ role }) => concerns(outcome, role, before, after)),
        );
      return touched(others) || sharesName(outcome, others) || isDeceived(span, tenant, command)
        ? []
        : checkOutcome(tenant, outcome, printed, live, touched(own));
    }),
  ];
}

function concerns({ id, role }: PrintedOutcome, changed: string, before: Snapshot, after: Snapshot): boolean {
  if (id !== null) return id === changed;
  return [before, after].some((live) => live.get(changed)?.name === role);
}

/** After its writes the list was cut, and what came behind its end was cut as well: nobody can tell that from the truth. */
function isDeceived(span: readonly Event[], { target }: Tenant, { apply }: Command): boolean {
  const own = span.filter(
    (event): event is Exchange => event.kind === 'exchange' && event.apply === apply && event.tenant?.target === target,
  );
  const cut = own.slice(own.findLastIndex(({ before, after }) => before !== after) + 1);
  return cut.filter(({ fault }) => fault?.kind === 'page-cut').length > 1;
}

/** Somebody else gave or took the name of this role. */
function sharesName({ role }: PrintedOutcome, others: readonly Written[]): boolean {
  return others.some(({ before, after }) =>
    cellsBetween(before, after).some(({ role: id }) => [before, after].some((live) => live.get(id)?.name === role)),
  );
}

function checkOutcome(
  tenant: Tenant,
  outcome: PrintedOutcome,
  { withheld = [], verified, error }: PrintedTarget,
  live: Snapshot,
  wrote: boolean,
): readonly Finding[] {
  const { action, role, id, status } = outcome;
  const declared = tenant.declared.find(({ name }) => name === role);
  const isPartly = withheld.some((one) => one.role === role || (id !== null && one.id === id));
  const open =
    action === 'delete'
      ? id !== null && roleIn(live, id)
        ? ['it is still there']
        : []
      : declared === undefined
        ? ['no file names it']
        : unmetOne(declared, live);
  if (status === 'done') {
    return isPartly || open.length === 0
      ? []
      : [{ invariant: 'done', message: `${action} \`${role}\` is done, and ${open.join(', ')}` }];
  }
  const said = outcome.error === undefined ? '' : ` (${outcome.error.message})`;
  if (status !== 'failed' && status !== 'uncertain' && wrote) {
    return [{ invariant: 'not-done', message: `${action} \`${role}\` is ${status}${said}, and it was written` }];
  }
  const looked = `verified ${verified}${error === undefined ? '' : `, ${error.message}`}`;
  // What nobody could look at afterwards may stay uncertain.
  const isOpen = status === 'failed' || (status === 'uncertain' && typeof verified === 'boolean');
  if (isOpen && wrote && open.length === 0 && !isPartly) {
    return [
      { invariant: 'not-done', message: `${action} \`${role}\` is ${status}${said}, and it is as wanted; ${looked}` },
    ];
  }
  return [];
}

/** With one request at a time nothing is under way when the interrupt comes; only what finishes a role may begin. */
function checkInterrupt({ events, scenario, byMarks }: Played, command: Command): readonly Finding[] {
  const span = spanOf(events, command);
  const interrupt = span.find(
    (event) => event.kind === 'mark' && event.what === 'interrupted' && event.apply === command.apply,
  );
  if (interrupt === undefined || scenario.concurrency > 1 || command.killed) return [];
  const late = span.filter(
    (event): event is Exchange =>
      event.kind === 'exchange' &&
      event.apply === command.apply &&
      event.arrived > interrupt.seq + 1 &&
      event.method !== 'GET' &&
      event.tenant !== undefined &&
      !event.path.endsWith('/permissions.update'),
  );
  // A signal takes its time to reach a process: up to 41 ms were measured on a busy machine, and a write takes 2.
  const unseen = byMarks ? 0 : 1;
  return late
    .slice(unseen)
    .map(({ seq }) => ({ invariant: 'interrupted', message: `#${seq} was sent after the interrupt` }));
}
