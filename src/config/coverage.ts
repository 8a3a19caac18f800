/** Whether every file that may hold roles of a target was read: only then can a role that no file names be told to be unmanaged. */
import picomatch from 'picomatch';
import { type Problem, problem, wholeFile } from '../core/problem.ts';
import { sortedSet } from '../core/role.ts';
import { shown } from '../core/text.ts';
import { createFileProblems, type FileSource, isMissing } from '../files/file-source.ts';
import { findFiles } from '../files/find.ts';
import { where } from './document.ts';
import type { Definition } from './targets.ts';

export interface Coverage {
  /** Why not everything is known, in words; undefined: every file that `files` matches was read. */
  readonly gap: string | undefined;
  /** Files that `files` would match if their names were right: errors. */
  readonly problems: readonly Problem[];
}

/** `read`: the files of this run. Folders are looked through once, however many targets ask. */
export function createCoverage(read: readonly string[], source: FileSource): (target: Definition) => Coverage {
  let real: ReadonlySet<string> | undefined;
  const walks = new Map<string, Walk>();
  const walk = (base: string): Walk => {
    const done = walks.get(base) ?? lookThrough(base, source);
    walks.set(base, done);
    return done;
  };
  return (target) => {
    real ??= new Set(read.map((path) => realOf(path, source)));
    const known = real;
    const found = basesOf(target.globs).map(walk);
    const matched = found.flatMap(({ files }) => files).filter(target.accepts);
    const unread = sortedSet(matched.filter((path) => !known.has(realOf(path, source))));
    const missing = target.globs.find((glob) => !picomatch.scan(glob).isGlob && !matched.includes(glob));
    const closed = found.flatMap(({ faults }) => faults);
    return {
      gap: unread.length > 0 ? notRead(unread) : (closed[0] ?? nothing(missing, matched)),
      problems: lookalikes(
        found.flatMap(({ misnamed }) => misnamed),
        target,
      ),
    };
  };
}

/** What is below a folder. */
interface Walk {
  readonly files: readonly string[];
  /** They look like role files, and their names say otherwise. */
  readonly misnamed: readonly string[];
  /** What hides files, in words. */
  readonly faults: readonly string[];
}

function lookThrough(base: string, source: FileSource): Walk {
  if (isMissing(base, source)) return { files: [], misnamed: [], faults: [] };
  const findings = createFileProblems();
  const files = findFiles([base], source, findings).map(({ path }) => path);
  // A link that leads out of the folder has its real name elsewhere, and that is what globs are about.
  const faults = findings.problems.filter(({ code }) => !['link', 'no-files', 'not-read'].includes(code));
  return {
    files,
    misnamed: findings.problems.filter(({ code }) => code === 'not-read').map(({ source: { file } }) => file),
    faults: faults.map(({ message }) => message),
  };
}

/** The folders in which all matches are, without those that are in another one. */
function basesOf(globs: readonly string[]): readonly string[] {
  const all = sortedSet(globs.map(baseOf));
  return all.filter((base) => !all.some((other) => other !== base && (other === '.' || base.startsWith(`${other}/`))));
}

function baseOf(glob: string): string {
  const { base, isGlob } = picomatch.scan(glob);
  // Beside a file that is named may be the one that it was renamed to.
  const folder = isGlob ? base : base.slice(0, Math.max(0, base.lastIndexOf('/')));
  return folder.replace(/\/+$/, '') || '.';
}

function notRead(paths: readonly string[]): string {
  const more = paths.length > 1 ? ` (and ${paths.length - 1} more)` : '';
  return `\`${shown(paths[0] ?? '')}\`${more} was not read`;
}

function nothing(missing: string | undefined, matched: readonly string[]): string | undefined {
  if (missing !== undefined) return `there is no role file \`${shown(missing)}\``;
  return matched.length === 0 ? 'no role file matches `files`' : undefined;
}

/** A role in such a file would look like one that no file names. */
function lookalikes(paths: readonly string[], target: Definition): readonly Problem[] {
  const anyCase = picomatch([...target.globs], { noextglob: true, nocase: true });
  const isMeant = (path: string) => {
    const stem = path.replace(/[._~-]?(?:ya?ml[^/]*|jsonc?)$/i, '');
    return anyCase(path) || target.accepts(`${stem}.yaml`) || target.accepts(`${stem}.yml`);
  };
  return sortedSet(paths.filter(isMeant)).map((path) => {
    const at = where(target.file.document.at(target.pointer));
    const why = `\`unmanaged: delete\` of \`${shown(target.name)}\` (${at}) would delete what it declares`;
    const message = `${shown(path)} looks like a role file but is not read, and ${why}: rename it to end in .yaml, or move it elsewhere`;
    return problem(wholeFile(path), 'not-read', message);
  });
}

function realOf(path: string, source: FileSource): string {
  try {
    return source.real(path);
  } catch {
    // Gone in the meantime, or unreadable: then that is said where it is read.
    return path;
  }
}
