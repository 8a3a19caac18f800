/** The only file that touches the process: it hands the world to the command line, and takes an exit code back. */
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from './cli.ts';
import type { Output } from './io.ts';

const interrupt = new AbortController();
const interrupted = 130;

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    // The second interrupt does not wait for writes in flight.
    if (interrupt.signal.aborted) process.exit(interrupted);
    interrupt.abort();
  });
}
process.stdout.on('error', goOnWithoutReader);
process.stderr.on('error', goOnWithoutReader);

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
async function ask(question: string): Promise<string> {
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
  await delay(50);
  stdin.off('data', interrupts);
  stdin.pause();
  stdin.setRawMode(false);
}

/** `rolesync apply | head` must not end in the middle of the writes. */
function goOnWithoutReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
