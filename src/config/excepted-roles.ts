/** Exceptions over all files: which role of which target each is about, and what that role may do then. */
import type { AccessClass } from '../core/access.ts';
import { type Problem, problem } from '../core/problem.ts';
import { shown } from '../core/text.ts';
import { didYouMean } from '../nearest-word.ts';
import { type Declaration, nameAt, notAllowed } from './declaration.ts';
import { below, distinctProblems, where } from './document.ts';
import { type Exception, exceptionsOf } from './exceptions.ts';
import { type Granted, grantedOn } from './granted.ts';
import type { Mentions } from './permissions.ts';
import { createProblemList } from './problem-list.ts';
import type { RoleFile } from './shape.ts';
import type { Definition, Targets } from './targets.ts';

interface Excepting {
  readonly today: string | undefined;
  readonly mentions: Mentions;
  readonly classOf: (provider: string, permission: string) => AccessClass;
}

/** What the exceptions of all files do to the roles of each target. */
export function exceptionsIn(
  files: readonly RoleFile[],
  targets: Targets,
  byTarget: ReadonlyMap<Definition, readonly Declaration[]>,
  { today, mentions, classOf }: Excepting,
) {
  const problems: Problem[] = [];
  const of = new Map<Declaration, Map<Definition, Exception[]>>();
  for (const file of files.filter(({ raw }) => raw.exceptions !== undefined)) {
    const { document } = file;
    const read = exceptionsOf(file, today);
    const list = createProblemList();
    problems.push(...read.problems);
    for (const exception of read.exceptions) {
      mentions.note(exception.added, below(exception.pointer, 'add'), new Set(), file, list);
      for (const target of targets.of(file)) {
        problems.push(...notAllowed(exception.role, document, exception.pointer, target));
        const declaration = excepted(exception, target, byTarget.get(target) ?? []);
        if ('fault' in declaration) {
          problems.push(declaration.fault);
          continue;
        }
        const onTargets = of.get(declaration.role) ?? new Map<Definition, Exception[]>();
        of.set(declaration.role, onTargets);
        onTargets.set(target, [...(onTargets.get(target) ?? []), exception]);
      }
    }
    problems.push(...list.problems());
  }
  const granted = new Map<Declaration, Map<Definition, Granted>>();
  for (const [role, onTargets] of of) {
    const results = [...onTargets].map(([target, exceptions]) => {
      const own = role.own ?? { permissions: [], origins: new Map(), barred: new Map(), sets: [], problems: [] };
      const result = grantedOn(own, exceptions, role.file.manifest, classOf);
      problems.push(...result.problems);
      return [target, result.granted] as const;
    });
    granted.set(role, new Map(results));
  }
  return {
    of: (target: Definition, role: Declaration) => granted.get(role)?.get(target),
    // The same exception says the same of every target of its file.
    problems: distinctProblems(problems, ({ message }) => message),
  };
}

/** The one role that an exception is about. */
function excepted(
  { role, document, pointer }: Exception,
  { name }: Definition,
  roles: readonly Declaration[],
): { readonly role: Declaration } | { readonly fault: Problem } {
  const at = document.at(below(pointer, 'role'));
  const fault = (code: string, message: string) => ({ fault: problem(at, code, message) });
  const [found, twin] = roles.filter((one) => one.name === role && one.raw.ensure !== 'absent');
  if (found === undefined) {
    const hint = didYouMean(
      role,
      roles.map((one) => one.name),
    );
    return fault(
      'unknown-role',
      `no file declares the role \`${shown(role)}\` for the target \`${shown(name)}\`.${hint}`,
    );
  }
  if (twin !== undefined) {
    return fault('unknown-role', `two roles of the target \`${shown(name)}\` are called \`${shown(role)}\``);
  }
  if (found.own !== undefined) return { role: found };
  const place = where(nameAt(found));
  return fault(
    'exception-open',
    `the role \`${shown(role)}\` (${place}) has no \`permissions\`, so its live permissions stay: there is nothing to make an exception from`,
  );
}
