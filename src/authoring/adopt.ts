/** Which live roles that no file names go into which file. Pure. */
import type { Config } from '../config/config.ts';
import { create } from '../core/change.ts';
import { match } from '../core/match.ts';
import { byCodeUnit, type LiveRole, type Role } from '../core/role.ts';
import { faultIn, type SaidOfRole } from './fault.ts';
import type { Choice, Left, Reading, Taken } from './take-over.ts';

export interface Adoption {
  readonly file: string;
  readonly role: Role;
  readonly taken: Taken;
}

export interface Adoptions {
  readonly adoptions: readonly Adoption[];
  readonly left: readonly Left[];
}

/** Built-in and nameless roles stay where they are. */
export function adopt(config: Config, readings: readonly Reading[], { roles, language }: Choice): Adoptions {
  const adoptions: Adoption[] = [];
  const left: Left[] = [];
  for (const reading of readings) {
    const desired = config.targets.find(({ name }) => name === reading.name)?.roles ?? [];
    const found = match(desired, reading.live).unmanaged.filter(
      ({ builtIn, role }) => !builtIn && role.name !== '' && (roles === undefined || roles.includes(role.name)),
    );
    const file = found.length === 0 ? undefined : fileFor(config, reading.name);
    for (const live of found.toSorted((a, b) => byCodeUnit(a.role.name, b.role.name))) {
      const role = newRole(live, reading);
      const fault = faultIn(reading.provider, saidBy(role), language);
      const what = { target: reading.name, role: live.role.name, source: null };
      const isTaken =
        desired.some(({ name }) => name === role.name) ||
        reading.live.filter((other) => other.role.name === role.name).length > 1;
      if (isTaken) {
        const reason =
          'another role has this name, and a role file can hold a name only once; rename one of the live roles';
        left.push({ ...what, code: 'name-taken', reason });
      } else if (fault !== undefined) left.push({ ...what, code: 'not-allowed', reason: fault });
      else if (file === undefined) {
        const reason = 'no role file is for this target alone; create one that names it, and pull again';
        left.push({ ...what, code: 'no-file', reason });
      } else {
        const change = create(live.role, { cause: 'file', source: null });
        adoptions.push({
          file,
          role,
          taken: { target: reading.name, provider: reading.provider, source: null, change },
        });
      }
    }
  }
  return { adoptions, left };
}

/** The file with the most roles of this target, and of no other; else where it is defined, if nothing else is. */
function fileFor({ targets }: Config, name: string): string | undefined {
  const own = targets.find((target) => target.name === name);
  const elsewhere = new Set(
    targets.filter((target) => target !== own).flatMap(({ roles }) => roles.map(({ source }) => source.file)),
  );
  const counts = new Map<string, number>();
  for (const { source } of own?.roles ?? []) {
    if (!elsewhere.has(source.file)) counts.set(source.file, (counts.get(source.file) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([a, many], [b, others]) => others - many || byCodeUnit(a, b));
  if (most !== undefined) return most[0];
  const home = own?.source.file;
  const isAlone =
    targets.every((target) => target === own || target.source.file !== home) && !elsewhere.has(home ?? '');
  return isAlone && own?.roles.every(({ source }) => source.file !== home) ? home : undefined;
}

function saidBy({ name, description, settings, permissions }: Role): SaidOfRole {
  return { name, description, ...settings, permissions };
}

/** Without defaults. */
function newRole({ role }: LiveRole, { rules }: Reading): Role {
  const settings = Object.entries(role.settings).filter(
    ([key, value]) => value !== null && value !== rules.settings[key],
  );
  return { ...role, settings: Object.fromEntries(settings) };
}
