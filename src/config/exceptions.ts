/** Exceptions: what a role has on single targets otherwise than its file says, with a reason, and until when. */
import { type Problem, problem } from '../core/problem.ts';
import { byCodeUnit, type EndedGrant, type ExceptionOrigin, groupBy } from '../core/role.ts';
import { faultInDescription, faultInName, shown } from '../core/text.ts';
import { daysBetween, isDay } from './day.ts';
import { below, type Document } from './document.ts';
import { type Item, items, type RawException, type RoleFile } from './shape.ts';
import { variableIn } from './variables.ts';

/** An exception that can be read, where it is written. */
export interface Exception {
  readonly role: string;
  readonly document: Document;
  readonly pointer: string;
  readonly add: readonly Item<string>[];
  /** As it is written: an item with a mistake is undefined. */
  readonly added: readonly (string | undefined)[];
  readonly without: readonly Item<string>[];
  readonly until: string | null;
  /** Its last day is over: what it adds is not wanted any more. */
  readonly ended: boolean;
  readonly origin: ExceptionOrigin;
}

export interface Exceptions {
  readonly exceptions: readonly Exception[];
  readonly problems: readonly Problem[];
}

/** So many days before its end an exception is a warning. */
const NOTICE = 7;

/** `today`: the day of the run in UTC; undefined: nothing has ended. */
export function exceptionsOf({ document, raw }: RoleFile, today: string | undefined): Exceptions {
  const problems: Problem[] = [];
  const exceptions = items(raw.exceptions, '/exceptions').flatMap(({ value, pointer }): readonly Exception[] => {
    problems.push(...faultsIn(value, pointer, document));
    const { role, reason, owner = null } = value;
    if (role === undefined || reason === undefined) return [];
    const until = value.until !== undefined && isDay(value.until) ? value.until : null;
    const ended = until !== null && today !== undefined && byCodeUnit(until, today) < 0;
    const exception: Exception = {
      role,
      document,
      pointer,
      add: items(value.add, below(pointer, 'add')),
      added: value.add ?? [],
      without: items(value.without, below(pointer, 'without')),
      until,
      ended,
      origin: { kind: 'exception', until, reason, owner, source: document.at(pointer).source },
    };
    if (today !== undefined) problems.push(...endOf(exception, today));
    return [exception];
  });
  return { exceptions, problems };
}

/** What has ended, for whoever revokes it. */
export function endedGrants(exceptions: readonly Exception[], wanted: ReadonlySet<string>): readonly EndedGrant[] {
  const all = exceptions.flatMap(({ ended, until, add, origin }) =>
    ended && until !== null
      ? add.map(({ value }) => ({ permission: value, until, reason: origin.reason, source: origin.source }))
      : [],
  );
  const distinct = groupBy(
    all.filter(({ permission }) => !wanted.has(permission)),
    ({ permission }) => permission,
  );
  // Of several ends the last one is when it ended.
  return [...distinct.values()].flatMap((same) => same.toSorted((a, b) => byCodeUnit(b.until, a.until)).slice(0, 1));
}

function faultsIn(raw: RawException, pointer: string, document: Document): readonly Problem[] {
  const { role, add, without, until, reason, owner } = raw;
  const names = [
    ...(role === undefined ? [] : [{ value: role, pointer: below(pointer, 'role') }]),
    ...(owner === undefined ? [] : [{ value: owner, pointer: below(pointer, 'owner') }]),
    ...items(add, below(pointer, 'add')),
    ...items(without, below(pointer, 'without')),
  ];
  const problems = names.flatMap(({ value, pointer: at }) => {
    const fault = faultInName(value) ?? variableIn(value);
    return fault === undefined ? [] : [problem(document.at(at), 'text', `\`${shown(value)}\` ${fault}`)];
  });
  const fault = faultInDescription(reason ?? '');
  if (fault !== undefined) problems.push(problem(document.at(below(pointer, 'reason')), 'text', `the reason ${fault}`));
  if (until !== undefined && !isDay(until)) {
    problems.push(
      problem(document.at(below(pointer, 'until')), 'no-day', `\`${shown(until)}\` is not a day of the calendar`),
    );
  }
  if (add === undefined && without === undefined) {
    const message = 'the exception changes nothing: give it `add` or `without`';
    problems.push(problem(document.at(pointer), 'empty-exception', message));
  }
  if (without !== undefined && until !== undefined) {
    // What `without` takes would come back on that day, and nobody would have reviewed the grant.
    const message =
      '`without` cannot end by itself, since that would grant a permission without a review: split the exception, and leave `until` out where `without` is';
    problems.push(problem(document.key(below(pointer, 'until')), 'until-without', message));
  }
  return problems;
}

function endOf({ role, document, pointer, until, ended, add }: Exception, today: string): readonly Problem[] {
  if (until === null || add.length === 0) return [];
  const left = daysBetween(today, until);
  if (left > NOTICE) return [];
  const name = `the exception for \`${shown(role)}\``;
  const message = ended
    ? `${name} ended on ${until}, and what it added is revoked: remove it`
    : `${name} ends on ${until} (${left === 0 ? 'today' : left === 1 ? 'tomorrow' : `in ${left} days`}); the day after, apply revokes what it adds`;
  const code = ended ? 'exception-ended' : 'exception-ends';
  return [problem(document.at(below(pointer, 'until')), code, message, 'warning')];
}
