/** Tells a run so that a person can follow it: what was live, what the files want, what happened, what broke. */
import type { Finding } from './check/finding.ts';
import { shownCell } from './check/writes.ts';
import type { Command, Played } from './play.ts';
import type { Declared, LiveStart, Tenant } from './scenario.ts';
import { cellsBetween, type Event } from './timeline.ts';

export function story(played: Played, findings: readonly Finding[]): string {
  const { scenario, events, commands } = played;
  const { seed, way, applies, concurrency } = scenario;
  return [
    `seed ${seed}: ${way}, ${applies} at once, concurrency ${concurrency}`,
    ...scenario.tenants.flatMap(tenantLines),
    'What happened:',
    ...events.map((event) => `  #${event.seq} ${eventLine(event)}`),
    ...commands.flatMap(commandLines),
    'What broke:',
    ...findings.map(({ invariant, message }) => `  ${invariant}: ${message}`),
    '',
  ].join('\n');
}

function tenantLines({ target, unmanaged, live, declared, dropUnknownRoles, dead }: Tenant): readonly string[] {
  const notes = [
    `unmanaged ${unmanaged}`,
    ...(dropUnknownRoles.length > 0 ? [`drops ${dropUnknownRoles.join(', ')}`] : []),
    ...(dead.length > 0 ? [`dead ids ${dead.join(', ')}`] : []),
  ];
  const shown = live.filter(({ name }) => !name.startsWith('filler'));
  return [
    `${target} (${notes.join('; ')})`,
    ...shown.map((role) => `  live   ${liveLine(role)}`),
    ...(shown.length < live.length ? [`  live   and ${live.length - shown.length} more`] : []),
    ...declared.map((role) => `  wanted ${declaredLine(role)}`),
  ];
}

function liveLine({ id, name, description, permissions, held, mandatory2fa }: LiveStart): string {
  const extra = `${mandatory2fa === true ? ', 2fa' : ''}${held ? ', held' : ''}`;
  return `${id} \`${name}\` ${JSON.stringify(description)} [${permissions.join(' ')}]${extra}`;
}

function declaredLine({ name, ...rest }: Declared): string {
  return `\`${name}\` ${JSON.stringify(rest)}`;
}

function eventLine(event: Event): string {
  if (event.kind === 'mark') return `apply ${event.apply}: ${event.command} ${event.what}`;
  const cells = cellsBetween(event.before, event.after).map((cell) => `${cell.role} ${shownCell(cell)}`);
  const effect = cells.length === 0 ? '' : `  => ${cells.slice(0, 12).join(', ')}`;
  if (event.kind === 'edited') return `somebody: ${event.edit.kind} ${event.edit.role} ${event.edit.value}${effect}`;
  const { apply, method, path, passed, status, fault } = event;
  const harm = fault === undefined ? '' : `  !! ${fault.kind}${passed ? '' : ', did not arrive'}`;
  return `apply ${apply}: ${method} ${path} -> ${status === 0 ? 'no answer' : status}${harm}${effect}`;
}

function commandLines({ apply, part, argv, code, stdout, stderr }: Command): readonly string[] {
  const report = stdout.length > 3000 ? `${stdout.slice(0, 3000)} …` : stdout;
  const errors = part === 'plan' || part === 'check' ? '' : stderr.split('\n').slice(-14).join('\n');
  const shown = part === 'check' || part === 'heal' ? '' : report;
  return [
    `apply ${apply}: rolesync ${argv.join(' ').replace(/\/\S*\/plan-/g, 'plan-')} ended with ${code}`,
    ...[shown, errors].filter((text) => text.trim() !== '').map((text) => text.trim().replace(/^/gm, '  | ')),
  ];
}
