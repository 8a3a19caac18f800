/** The only file that touches the process: it hands the world to the command line, and takes an exit code back. */
import { guarded } from './output.ts';
import { bugText } from './render/bug-text.ts';
import { version } from './version.ts';

const interrupt = new AbortController();
const interrupted = 130;

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    // The second interrupt does not wait for writes in flight.
    if (interrupt.signal.aborted) process.exit(interrupted);
    interrupt.abort();
  });
}

const stderr = guarded(process.stderr, 'standard error', fail);
const stdout = guarded(process.stdout, 'standard output', fail);
let code: number | undefined;

process.on('uncaughtException', (bug) => {
  reportBug(bug);
  process.exit(1);
});

try {
  code = await main(process.argv.slice(2));
} catch (bug) {
  reportBug(bug);
  code = 1;
}
process.exitCode = code;
fail();

/** The version is told before anything else is loaded: scripts ask for it again and again. */
async function main(argv: readonly string[]): Promise<number> {
  if (argv.length === 1 && ['--version', '-V'].includes(argv[0] ?? '')) {
    stdout.write(`${version}\n`);
    return 0;
  }
  const { run } = await import('./cli.ts');
  return run(argv, {
    cwd: process.cwd(),
    environment: process.env,
    stdout,
    stderr,
    ask: process.stdin.isTTY && process.stderr.isTTY ? ask : undefined,
    signal: interrupt.signal,
    now: Date.now,
  });
}

/** A result that nobody can read is a failed run. It is told once the run has ended, or as soon as the stream says so. */
function fail(): void {
  if (code === undefined) return;
  const loss = stdout.loss() ?? stderr.loss();
  if (loss === undefined) return;
  process.exitCode = 1;
  stderr.write(`error: ${loss}\n`);
}

/** Never the error itself: what hangs on one of a library may quote an answer or a header. */
function reportBug(bug: unknown): void {
  stderr.write(`${bugText(bug)}\n`);
}

/** Resolves with the line; with nothing where the person closes the input or interrupts. */
async function ask(question: string): Promise<string> {
  const { createInterface } = await import('node:readline');
  await forgetTypedAhead();
  if (interrupt.signal.aborted) return '';
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    lines.on('SIGINT', () => {
      interrupt.abort();
      lines.close();
    });
    lines.on('close', () => {
      process.stderr.write('\n');
      resolve('');
    });
    interrupt.signal.addEventListener('abort', () => lines.close());
    lines.question(question, (answer) => {
      resolve(answer);
      lines.close();
    });
  });
}

/** What was typed before the question was there is no answer to it. */
async function forgetTypedAhead(): Promise<void> {
  const { stdin } = process;
  const interrupts = (typed: Buffer) => typed.includes(3) && interrupt.abort();
  stdin.setRawMode(true);
  stdin.on('data', interrupts);
  await new Promise((resolve) => setTimeout(resolve, 50));
  stdin.off('data', interrupts);
  stdin.pause();
  stdin.setRawMode(false);
}
