/** The entry of the action on GitHub: hands the process and the toolkit over, and takes an exit code back. */
import { setTimeout as wait } from 'node:timers/promises';
import { error, setFailed, setOutput, setSecret, summary, warning } from '@actions/core';
import { act } from './act.ts';

const interrupt = new AbortController();

// A cancelled run gets SIGINT, and SIGTERM some seconds later; writes in flight are let finish.
process.on('SIGINT', () => interrupt.abort());
process.on('SIGTERM', () => interrupt.abort());

try {
  process.exitCode = await act({
    environment: process.env,
    toolkit: {
      write: (text) => {
        process.stdout.write(text);
      },
      setSecret,
      setOutput,
      warning,
      error,
      summary: async (markdown) => {
        await summary.addRaw(markdown, true).write();
      },
    },
    signal: interrupt.signal,
    now: Date.now,
    wait: (milliseconds) => wait(milliseconds),
  });
} catch (bug) {
  // The toolkit escapes what stands in a stack; printed plainly, a line of it could be a command to the runner.
  setFailed(bug instanceof Error ? (bug.stack ?? bug.message) : String(bug));
}
