/** `rolesync validate`: checks role files. It reaches no provider and needs no environment. */

import { dayFor } from '../config/day.ts';
import { labelled, load, select } from '../config/index.ts';
import type { Problem } from '../core/problem.ts';
import type { FileSource } from '../files/file-source.ts';
import type { CommandIo } from '../io.ts';
import { harmless } from '../render/github-log.ts';
import { noFilesText } from '../render/no-files-text.ts';
import { problemsText } from '../render/problems-text.ts';
import { count } from '../render/style.ts';
import { type Ending, hasErrors, styleFor, writeJson } from './ending.ts';
import { exitCodes } from './exit-codes.ts';

export interface ValidateFlags {
  readonly target?: readonly string[];
  readonly label?: readonly string[];
  /** The day to check for, in UTC: YYYY-MM-DD. Left out: today. */
  readonly at?: string;
  readonly format: 'text' | 'json' | 'github';
  readonly env?: readonly string[];
  readonly strict?: true;
  /** Check the role files of this git revision. */
  readonly rev?: string;
  readonly color: boolean;
}

export interface ValidateEnding extends Ending {
  readonly problems: readonly Problem[];
}

/** Exit code 1 if there is an error; warnings alone are 0. The findings are the result, so they go to standard output. */
export async function validate(paths: readonly string[], flags: ValidateFlags, io: CommandIo): Promise<ValidateEnding> {
  const source = flags.rev === undefined ? undefined : await revision(flags.rev, io);
  const config = load(paths, {
    cwd: io.cwd,
    language: await io.table.language(),
    strict: flags.strict === true,
    env: flags.env ?? [],
    today: dayFor(flags, io.now()),
    ...(source && { source }),
  });
  const { problems, files } = config;
  const targets = labelled(select(config, flags.target ?? []), flags.label ?? []);
  const roles = targets.reduce((sum, target) => sum + target.roles.length, 0);
  if (flags.format === 'json') {
    writeJson({ formatVersion: 1, problems, files: files.length, targets: targets.length, roles }, io);
  } else {
    if (flags.format === 'github') {
      const { problemAnnotations } = await import('../render/github.ts');
      io.stdout.write(problemAnnotations(problems));
    }
    const checked = `${count(files.length, 'file')}, ${count(targets.length, 'target')}, ${count(roles, 'role')}`;
    const verdict = hasErrors(problems) ? '' : `OK: ${checked}\n`;
    const style = styleFor(io.stdout, flags, io);
    const findings = problems.length === 0 ? '' : `${noFilesText(problems, style) ?? problemsText(problems, style)}\n`;
    const text = [findings, verdict].filter((one) => one !== '').join('\n');
    io.stdout.write(flags.format === 'github' ? harmless(text) : text);
  }
  return { exitCode: hasErrors(problems) ? exitCodes.error : exitCodes.done, problems };
}

/** git is touched only where a revision is named. */
async function revision(rev: string, { cwd, environment }: CommandIo): Promise<FileSource> {
  const { gitSource } = await import('../files/git.ts');
  return gitSource(rev, { cwd, environment });
}
