/** The entry of the action on GitHub: hands the process and the toolkit over, and takes an exit code back. */
import { setTimeout as wait } from 'node:timers/promises';
import { error, setFailed, setOutput, setSecret, summary, warning } from '@actions/core';
import { guarded } from '../output.ts';
import { bugText } from '../render/bug-text.ts';
import { act } from './act.ts';

const interrupt = new AbortController();
const log = guarded(process.stdout, 'the log', fail);
let code: number | undefined;

// A cancelled run gets SIGINT, and SIGTERM some seconds later; writes in flight are let finish.
process.on('SIGINT', () => interrupt.abort());
process.on('SIGTERM', () => interrupt.abort());

process.on('uncaughtException', (bug) => {
  log.attempt(() => setFailed(bugText(bug)));
  process.exit(1);
});

try {
  code = await act({
    environment: process.env,
    toolkit: {
      write: log.write,
      setSecret: (secret) => log.attempt(() => setSecret(secret)),
      setOutput: (name, value) => log.attempt(() => setOutput(name, value)),
      warning: (message) => log.attempt(() => warning(message)),
      error: (message) => log.attempt(() => error(message)),
      summary: async (markdown) => {
        await summary.addRaw(markdown, true).write();
      },
    },
    signal: interrupt.signal,
    now: Date.now,
    wait: (milliseconds) => wait(milliseconds),
  });
} catch (bug) {
  code = 1;
  // The toolkit escapes what stands in a stack; printed plainly, a line of it could be a command to the runner.
  log.attempt(() => setFailed(bugText(bug)));
}
process.exitCode = code;
fail();

/** A log that nobody can read is a failed step. It is told once the run has ended, or as soon as the stream says so. */
function fail(): void {
  const loss = code === undefined ? undefined : log.loss();
  if (loss === undefined) return;
  process.exitCode = 1;
  guarded(process.stderr, 'standard error').write(`error: ${loss}\n`);
}
