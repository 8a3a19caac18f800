/** Reads the role files that a branch is compared with: of a git revision, or of another folder. */
import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { where } from '../config/document.ts';
import type { Language } from '../config/language.ts';
import { load } from '../config/load.ts';
import type { ReadFile } from '../config/read-file.ts';
import { Failure } from '../core/failure.ts';
import type { Safeguard } from '../core/plan.ts';
import { shown } from '../core/text.ts';
import { disk, typed } from '../files/disk.ts';
import { type FileSource, isMissing } from '../files/file-source.ts';
import { gitSource } from '../files/git.ts';
import type { GitOptions } from '../files/git-run.ts';

/** Where the other role files are: `{rev: 'origin/main'}`, or a folder in place of the working directory. */
export type Elsewhere = { readonly rev: string } | { readonly folder: string };

export interface ElsewhereOptions extends GitOptions {
  readonly language: Language;
  /** Names of further variables that the files may read. */
  readonly env: readonly string[];
  /** The day that the files are read for, as for those that they are compared with. */
  readonly today?: string;
  /** See `LoadOptions`. */
  readonly readFile?: ReadFile;
}

export interface OtherFiles {
  /** The full id of the commit, or the folder as it was given. */
  readonly name: string;
  readonly config: Config;
}

/**
 * The role files at the same paths elsewhere. A path that is not there holds nothing: before its first role file a
 * repository manages no role.
 * @throws Failure 'config' for a revision or folder that is not there, and for files with mistakes: nothing may be
 * concluded from half of them.
 */
export function loadElsewhere(paths: readonly string[], at: Elsewhere, options: ElsewhereOptions): OtherFiles {
  const { cwd, env, language, today, readFile } = options;
  const [name, root, source] = open(at, options);
  const given = (paths.length === 0 ? ['roles'] : paths).map((path) => typed(cwd, path));
  const there = given.filter((path) => !isMissing(path, source));
  if (there.length === 0) return { name, config: { targets: [], problems: [], doubts: [], files: [] } };
  const config = load(there, {
    cwd: root,
    language,
    env,
    source,
    ...(today !== undefined && { today }),
    ...(readFile && { readFile }),
  });
  const mistakes = config.problems.filter(({ severity, code }) => severity === 'error' && !harmlessHere.has(code));
  const [first] = mistakes;
  if (first === undefined) return { name, config: { ...config, problems: [] } };
  const more = mistakes.length > 1 ? ` (and ${mistakes.length - 1} more)` : '';
  throw new Failure('config', `its role files have mistakes: ${where(first)} ${first.message}${more}`);
}

/** Mistakes that matter to whoever deletes by these files, and to no comparison: a branch must be able to mend them. */
const harmlessHere: ReadonlySet<string> = new Set(['no-files', 'delete-without-files', 'not-read']);

/** As `loadElsewhere`, for a comparison that can be done without. */
export type Baseline =
  | (OtherFiles & { readonly warning?: undefined })
  | { readonly name: null; readonly warning: string };

export function loadBaseline(paths: readonly string[], at: Elsewhere, options: ElsewhereOptions): Baseline {
  try {
    return loadElsewhere(paths, at, options);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const name = shown('rev' in at ? at.rev : at.folder);
    const lost = 'drift is not told apart, and changed safeguards are not shown';
    return { name: null, warning: `the base \`${name}\` is left out: ${error.message}; ${lost}` };
  }
}

/** Stands where the moved safeguards would: that none is listed must not read as that none moved. */
export function unknownSafeguards(warning: string): Safeguard {
  return { code: 'no-base', target: '', role: null, message: warning, source: null };
}

function open(at: Elsewhere, options: ElsewhereOptions): readonly [name: string, root: string, FileSource] {
  if ('rev' in at) {
    const source = gitSource(at.rev, options);
    return [source.commit, options.cwd, source];
  }
  const root = resolve(options.cwd, at.folder);
  const source = disk(root);
  if (isMissing('.', source)) throw new Failure('config', `there is no folder \`${shown(at.folder)}\``);
  return [at.folder, root, source];
}
