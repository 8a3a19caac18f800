/** A role as a file declares it, with the place of everything, for the checks of several files together. */
import { type Location, type Problem, problem } from '../core/problem.ts';
import { shown } from '../core/text.ts';
import { below, type Document, where } from './document.ts';
import type { OwnGrants } from './granted.ts';
import type { RawRole, RoleFile } from './shape.ts';
import type { Definition } from './targets.ts';

/** A role with a name, where it is written. */
export interface Declaration {
  readonly name: string;
  readonly raw: RawRole;
  readonly file: RoleFile;
  readonly pointer: string;
  /** undefined: its file leaves the permissions as they are. */
  readonly own: OwnGrants | undefined;
}

export function nameAt({ file, pointer }: Declaration): Location {
  return file.document.at(below(pointer, 'name'));
}

/** A role or an exception in a file that may hold none for the target. */
export function notAllowed(role: string, document: Document, pointer: string, target: Definition): readonly Problem[] {
  if (target.accepts(document.file)) return [];
  const allowed = where(target.file.document.key(below(target.pointer, 'files')));
  const message = `\`${shown(role)}\` is for the target \`${shown(target.name)}\`, whose roles may only be in the \`files\` of ${allowed}`;
  return [problem(document.at(pointer), 'file-not-allowed', message)];
}
