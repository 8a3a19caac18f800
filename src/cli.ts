/** Runs one command line, and makes an exit code of every ending. */
import { CommanderError } from 'commander';
import { commandLine } from './command-line.ts';
import type { Ending } from './commands/ending.ts';
import { exitCodes } from './commands/exit-codes.ts';
import { Failure } from './core/failure.ts';
import type { Io, Output } from './io.ts';
import { harmless } from './render/github-log.ts';
import { shipped, type Table } from './table.ts';

/**
 * Runs one command line. Standard output gets one result, standard error everything else.
 * Resolves with the exit code; rejects only for a bug.
 */
export async function run(argv: readonly string[], outside: Io, table: Table = shipped): Promise<number> {
  const io = { ...outside, stderr: tame(outside), table };
  let ending: Ending = { exitCode: exitCodes.done };
  const program = commandLine(io, (result) => {
    ending = result;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return usageEnding(error, argv, io);
    if (!(error instanceof Failure)) throw error;
    const { failureEnding } = await import('./commands/ending.ts');
    const exitCode = error.code === 'refused' ? exitCodes.withheld : exitCodes.error;
    ending = failureEnding(error, wantsJson(argv), io, exitCode);
  }
  return io.signal.aborted && ending.exitCode !== exitCodes.done ? exitCodes.interrupted : ending.exitCode;
}

/** The runner of GitHub Actions acts on lines of standard error too, and these may quote what a provider said. */
function tame({ stderr, environment }: Io): Output {
  if (environment['GITHUB_ACTIONS'] !== 'true') return stderr;
  return { ...stderr, write: (text) => stderr.write(harmless(text)) };
}

function wantsJson(argv: readonly string[]): boolean {
  return argv.some((word, at) => word === '--format=json' || (word === '--format' && argv[at + 1] === 'json'));
}

/** Help and version are no errors; commander has written its message to standard error already. */
function usageEnding(error: CommanderError, argv: readonly string[], io: Io): number {
  if (error.exitCode === 0) return exitCodes.done;
  if (wantsJson(argv)) {
    const message = error.message.replace(/^error: /, '');
    io.stdout.write(
      `${JSON.stringify({ formatVersion: 1, error: { code: 'config', message }, problems: [] }, null, 2)}\n`,
    );
  }
  return exitCodes.error;
}
