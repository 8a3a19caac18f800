/** Whatever went wrong: applied again in peace it converges, or says why a person has to look. */
import type { Played } from '../play.ts';
import { documentIn, type PrintedChange, type PrintedOutcome } from './documents.ts';
import type { Finding } from './finding.ts';
import { unmet } from './wanted.ts';

export function checkHealing(played: Played): readonly Finding[] {
  const heal = played.commands.find(({ part }) => part === 'heal');
  const check = played.commands.find(({ part }) => part === 'check');
  if (heal === undefined || check === undefined) return [];
  const targets = documentIn(heal.stdout)?.targets ?? [];
  const plan = documentIn(check.stdout)?.targets ?? [];
  return played.scenario.tenants.flatMap((tenant) => {
    const { error, outcomes = [], withheld = [] } = targets.find(({ name }) => name === tenant.target) ?? {};
    // Two roles of one name, or a pinned one that somebody deleted: a person has to decide.
    if (error?.code === 'ambiguous' || error?.code === 'not-found') return [];
    if (error !== undefined) return [{ invariant: 'heals', message: `${tenant.target}: ${error.message}` } as const];
    const found: Finding[] = [];
    const bad = outcomes.filter(isUnexplained).filter(({ status }) => status !== 'done' && status !== 'withheld');
    found.push(
      ...bad.map(
        ({ role, status, error: why }): Finding => ({
          invariant: 'heals',
          message: `\`${role}\` is ${status}: ${why?.message}`,
        }),
      ),
    );
    const left = (plan.find(({ name }) => name === tenant.target)?.changes ?? [])
      .filter(isNamed)
      .filter(
        ({ role }) =>
          ![...withheld, ...outcomes.filter(({ status }) => status === 'withheld')].some((one) => one.role === role),
      )
      // Rinne's users hold a role by its name: also one that somebody made anew.
      .filter(({ id, role: name }) => !tenant.live.some((role) => role.held && (role.id === id || role.name === name)));
    found.push(
      ...left.map(
        ({ action, role }): Finding => ({
          invariant: 'heals',
          message: `afterwards ${action} of \`${role}\` is still planned`,
        }),
      ),
    );
    if (withheld.length > 0 || outcomes.some((one) => one.status === 'withheld' || !isUnexplained(one))) return found;
    const open = unmet(tenant, played.healed.get(tenant.target) ?? new Map());
    return [
      ...found,
      ...open.map((message): Finding => ({ invariant: 'heals', message: `exit ${heal.code}, and ${message}` })),
    ];
  });
}

/** A role that somebody holds is not deleted until it is taken from them. */
function isUnexplained({ error }: PrintedOutcome): boolean {
  return error?.message.includes('error-role-in-use') !== true;
}

function isNamed({ cause }: PrintedChange): boolean {
  return cause !== 'unmanaged';
}
