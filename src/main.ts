/** The only file that touches the process: it hands the world to the command line, and takes an exit code back. */
import { createInterface } from 'node:readline';
import { run } from './cli.ts';
import type { Output } from './io.ts';

const interrupt = new AbortController();
const interrupted = 130;

process.on('SIGINT', () => {
  // The second interrupt does not wait for writes in flight.
  if (interrupt.signal.aborted) process.exit(interrupted);
  interrupt.abort();
});
process.on('SIGTERM', () => interrupt.abort());
process.stdout.on('error', goOnWithoutReader);

process.exitCode = await run(process.argv.slice(2), {
  cwd: process.cwd(),
  environment: process.env,
  stdout: output(process.stdout),
  stderr: output(process.stderr),
  ask: process.stdin.isTTY && process.stderr.isTTY ? ask : undefined,
  signal: interrupt.signal,
  now: Date.now,
});

function output(stream: NodeJS.WriteStream): Output {
  return {
    write: (text) => {
      stream.write(text);
    },
    isTerminal: stream.isTTY === true,
    columns: stream.columns ?? 80,
  };
}

/** Resolves with the line; with nothing where the person closes the input or interrupts. */
function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    lines.on('SIGINT', () => interrupt.abort());
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

/** `rolesync apply | head` must not end in the middle of the writes. */
function goOnWithoutReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
