/** Whatever went wrong: applied again in peace it converges, or says why a person has to look. */
import { roleIn, rolesIn, type Snapshot } from '../live.ts';
import type { Played } from '../play.ts';
import type { Declared, Tenant } from '../scenario.ts';
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
    const live = played.healed.get(tenant.target) ?? new Map();
    if (error !== undefined && needsPerson(error.code, tenant, live)) return [];
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
      // Rinne's users hold a role by its name, even one that somebody created again.
      .filter(
        ({ action, id, role: name }) =>
          action !== 'delete' || !tenant.live.some((role) => role.held && (role.id === id || role.name === name)),
      );
    found.push(
      ...left.map(
        ({ action, role }): Finding => ({
          invariant: 'heals',
          message: `afterwards ${action} of \`${role}\` is still planned`,
        }),
      ),
    );
    // What is withheld or refused is open, and nothing else.
    const held = [...withheld, ...outcomes.filter((one) => one.status === 'withheld' || !isUnexplained(one))];
    const isHeld = ({ id, name }: Pick<Declared, 'id' | 'name'>) => {
      const ids = [id, ...rolesIn(live).map((role) => (role.name === name ? role.id : undefined))];
      return held.some((one) => one.role === name || (one.id !== null && ids.includes(one.id)));
    };
    const open = unmet(tenant, live, isHeld);
    return [
      ...found,
      ...open.map((message): Finding => ({ invariant: 'heals', message: `exit ${heal.code}, and ${message}` })),
    ];
  });
}

/** Two roles that could be meant, or a pinned one that somebody deleted. */
function needsPerson(code: string, { declared }: Tenant, live: Snapshot): boolean {
  const own = rolesIn(live).filter(({ builtIn }) => !builtIn);
  if (code === 'not-found') {
    return declared.some(
      ({ id, ensure }) => id !== undefined && ensure === undefined && roleIn(live, id) === undefined,
    );
  }
  if (code !== 'ambiguous') return false;
  const meant = (role: Declared) => [role.name, ...(role.previously ?? [])];
  const free = declared.filter(({ id }) => id === undefined);
  return free.some((role) => meant(role).some((name) => own.filter((one) => one.name === name).length > 1));
}

/** A role that somebody holds is not deleted until it is taken from them. */
function isUnexplained({ error }: PrintedOutcome): boolean {
  return error?.message.includes('error-role-in-use') !== true;
}

function isNamed({ cause }: PrintedChange): boolean {
  return cause !== 'unmanaged';
}
