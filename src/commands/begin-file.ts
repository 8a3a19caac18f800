/** A role file for a target that no file defines yet: where it is created, what it says, and whether it fits the others. Writes nothing. */
import { isFile, slug } from '../authoring/lay-out.ts';
import { newFile } from '../authoring/new-file.ts';
import type { Config } from '../config/config.ts';
import { dayOf } from '../config/day.ts';
import { load } from '../config/index.ts';
import { Failure } from '../core/failure.ts';
import type { Problem } from '../core/problem.ts';
import { shown } from '../core/text.ts';
import { disk, typed } from '../files/disk.ts';
import { type FileSource, isMissing } from '../files/file-source.ts';
import { gather } from '../files/gather.ts';
import { overlay } from '../files/overlay.ts';
import type { CommandIo } from '../io.ts';
import { hasErrors } from './ending.ts';
import { definedAs, type GivenTarget, refuseTaken } from './new-target.ts';
import { schemaFor } from './schema-line.ts';

export interface Begun {
  readonly path: string;
  readonly text: string;
  /** Role files and folders of them, with the new one. */
  readonly paths: readonly string[];
  /** The disk, with the new file on it. */
  readonly source: FileSource;
}

export interface BeginOptions {
  readonly files: readonly string[];
  readonly env: readonly string[];
  /** A file or a folder; undefined: the folder `roles`. */
  readonly out?: string;
  /** It is not to be written, so a file may be there. */
  readonly isShown?: boolean;
}

/**
 * `problems`: of files that are there. `defined`: the target of the files that is the same place.
 * @throws Failure where the path, the name or what the target says will not do.
 */
export async function beginFile(
  given: GivenTarget,
  options: BeginOptions,
  io: CommandIo,
): Promise<Begun | { readonly problems: readonly Problem[] } | { readonly defined: Config['targets'][number] }> {
  const { manifest, target } = given;
  const source = disk(io.cwd);
  const language = await io.table.language();
  const read = (paths: readonly string[], from: FileSource) =>
    load(paths, { cwd: io.cwd, language, env: options.env, today: dayOf(io.now()), source: from });
  const present = options.files.filter((path) => holdsFiles(typed(io.cwd, path), source));
  if (present.length > 0) {
    const before = read(present, source);
    if (hasErrors(before.problems)) return { problems: before.problems };
    const defined = definedAs(before, given);
    if (defined !== undefined) return { defined };
    refuseTaken(before, given);
  }
  const path = pathFor(target.name, options, source, io);
  const about = { manifest, definition: target, targets: [target.name], roles: [], remarks: [] };
  const text = newFile({ ...about, schema: schemaFor(path, source) });
  const begun = overlay(source, new Map([[path, Buffer.from(text)]]));
  const paths = [...present, path];
  const faults = read(paths, begun).problems.filter(({ severity }) => severity === 'error');
  // The file is not there yet, so a place in it would help nobody.
  if (faults.length > 0) throw new Failure('config', faults.map(({ message }) => message).join('; '));
  return { path, text, paths, source: begun };
}

/** A folder without role files is no mistake where one is about to be written. */
function holdsFiles(path: string, source: FileSource): boolean {
  if (isMissing(path, source)) return false;
  const { files, problems } = gather([path], source);
  return files.length > 0 || problems.some(({ code }) => code !== 'no-files');
}

function pathFor(name: string, { out, isShown }: BeginOptions, source: FileSource, { cwd }: CommandIo): string {
  const place = typed(cwd, out ?? 'roles');
  if (!isFile(place) && !isMissing(place, source) && source.stat(place).kind !== 'folder') {
    throw new Failure('config', `${shown(place)} is neither a folder nor named like a role file (*.yaml)`);
  }
  const file = place === '.' ? `${slug(name)}.yaml` : `${place.replace(/\/$/, '')}/${slug(name)}.yaml`;
  const path = isFile(place) ? place : file;
  if (isShown === true) return freeLike(path, source);
  if (isMissing(path, source)) return path;
  throw new Failure('config', `${shown(path)} already exists and is not overwritten: choose another place with --out`);
}

function freeLike(path: string, source: FileSource): string {
  let found = path;
  for (let at = 2; !isMissing(found, source); at += 1) found = path.replace(/\.ya?ml$/, `-${at}.yaml`);
  return found;
}
