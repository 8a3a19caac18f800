/** How a command ends: its exit code, and the one result on standard output, errors included. */
import type { Failure, FailureReport } from '../core/failure.ts';
import type { Problem } from '../core/problem.ts';
import type { Io } from '../io.ts';
import { escapeUnsafe } from '../render/display.ts';
import { noFilesText } from '../render/no-files-text.ts';
import { problemsText } from '../render/problems-text.ts';
import { type Style, style } from '../render/style.ts';
import { exitCodes } from './exit-codes.ts';

/** Beside what it printed, a command gives its result as data to whoever called it from inside the program. */
export interface Ending {
  readonly exitCode: number;
  /** Why there is no result. */
  readonly refused?: Refused;
}

export interface Refused {
  readonly error: FailureReport;
  /** Mistakes in role files. */
  readonly problems: readonly Problem[];
}

/** A run that could not go on: the reason on standard error, and with JSON as the one document on standard output. */
export function failureEnding(
  { code, message }: Failure,
  json: boolean,
  io: Io,
  exitCode: number = exitCodes.error,
): Ending {
  io.stderr.write(`error: ${escapeUnsafe(message)}\n`);
  const refused: Refused = { error: { code, message }, problems: [] };
  if (json) writeJson({ formatVersion: 1, ...refused }, io);
  return { exitCode, refused };
}

/** Role files with mistakes: nothing has been sent to any provider. */
export async function problemsEnding(
  problems: readonly Problem[],
  flags: { readonly format: string; readonly color: boolean },
  io: Io,
): Promise<Ending> {
  const style = styleFor(io.stderr, flags, io);
  const text = noFilesText(problems, style) ?? problemsText(problems, style);
  io.stderr.write(`${text}\nNothing was sent to any provider.\n`);
  const refused: Refused = { error: { code: 'config', message: 'the role files have mistakes' }, problems };
  if (flags.format === 'json') writeJson({ formatVersion: 1, ...refused }, io);
  if (flags.format === 'github') io.stdout.write((await import('../render/github.ts')).problemAnnotations(problems));
  return { exitCode: exitCodes.error, refused };
}

/** `##[` is a command to the runner of GitHub Actions wherever it stands; written as an escape it is the same JSON. */
export function writeJson(document: unknown, io: Io): void {
  io.stdout.write(`${JSON.stringify(document, null, 2).replaceAll('##[', '#\\u0023[')}\n`);
}

/** Colour on a terminal, or where the environment asks for it. Text that is not for a terminal is laid out for 80 columns. */
export function styleFor(
  output: Io['stdout'],
  flags: { color: boolean },
  { environment }: Pick<Io, 'environment'>,
): Style {
  return style(
    flags.color && wantsColour(output, environment),
    output.isTerminal ? Math.max(40, Math.min(output.columns, 120)) : 80,
  );
}

/** FORCE_COLOR as Node reads it (nodejs.org/api/cli.html#force_color1-2-3), but NO_COLOR wins. */
function wantsColour({ isTerminal }: Io['stdout'], environment: Io['environment']): boolean {
  if (environment['NO_COLOR']) return false;
  const forced = environment['FORCE_COLOR'];
  if (forced !== undefined) return ['', 'true', '1', '2', '3'].includes(forced);
  return isTerminal && environment['TERM'] !== 'dumb';
}

export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}
