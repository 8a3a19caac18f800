/** Two ways to run the command: in this process, with a clock that runs fast, or as a process of its own. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { run } from '../../src/cli.ts';
import type { Io } from '../../src/io.ts';
import { fastNow } from './clock.ts';

export interface Launched {
  /** undefined: it ended by a signal or a bug. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** What it died of, where it is no ending of the command. */
  readonly bug?: string;
  readonly killed: boolean;
}

export interface Surroundings {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL';
  /** Called when the plan of an apply was shown. */
  readonly onPlanned: () => void;
  /** Handed what interrupts the command. */
  readonly interruptible: (interrupt: () => void) => void;
}

export interface Launch {
  readonly run: (argv: readonly string[], around: Surroundings) => Promise<Launched>;
  readonly now: () => number;
  readonly heals: boolean;
  /** What a run is seen to do is seen the moment it happens. */
  readonly exact: boolean;
  /** For every command. */
  readonly flags: readonly string[];
}

/** Longest time of one command, in real milliseconds. */
const LONGEST = 240_000;

export const inProcess: Launch = {
  now: fastNow,
  heals: true,
  exact: true,
  // By the fast clock this machine takes its time.
  flags: ['--max-wait', '24h'],
  run: async (argv, { cwd, environment, onPlanned, interruptible }) => {
    const printed = { stdout: '', stderr: '' };
    const controller = new AbortController();
    interruptible(() => controller.abort());
    const output = (stream: 'stdout' | 'stderr') => ({
      write: (text: string) => {
        printed[stream] += text;
        if (stream === 'stderr' && text.includes('sha256:')) onPlanned();
      },
      isTerminal: false,
      columns: 80,
    });
    const io: Io = {
      cwd,
      environment,
      stdout: output('stdout'),
      stderr: output('stderr'),
      ask: undefined,
      signal: controller.signal,
      now: fastNow,
    };
    const late = new Promise<'late'>((resolve) => setTimeout(resolve, LONGEST, 'late').unref());
    try {
      const code = await Promise.race([run(argv, io), late]);
      if (code === 'late')
        return { code: undefined, ...printed, bug: `it did not end in ${LONGEST / 1000} s`, killed: false };
      return { code, ...printed, killed: false };
    } catch (error) {
      const bug = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { code: undefined, ...printed, bug, killed: false };
    }
  },
};

/** `root`: of the project, whose `dist/` is run. */
export function processesOf(root: string): Launch {
  return {
    now: Date.now,
    heals: false,
    exact: false,
    flags: [],
    run: (argv, { cwd, environment, signal, onPlanned, interruptible }) =>
      new Promise((resolve) => {
        const printed = { stdout: '', stderr: '' };
        const child = spawn(process.execPath, [join(root, 'dist/rolesync.js'), ...argv], {
          cwd,
          env: { PATH: process.env['PATH'], ...environment },
          stdio: ['ignore', 'pipe', 'pipe'],
          timeout: LONGEST,
        });
        interruptible(() => child.kill(signal));
        let isPlanned = false;
        for (const stream of ['stdout', 'stderr'] as const) {
          child[stream].setEncoding('utf8').on('data', (text: string) => {
            printed[stream] += text;
            if (isPlanned || !printed.stderr.includes('sha256:')) return;
            isPlanned = true;
            onPlanned();
          });
        }
        child.on('close', (code, by) => {
          const isLate = by !== null && by !== 'SIGKILL' && signal !== by;
          const bug = isLate ? { bug: `it did not end in ${LONGEST / 1000} s` } : {};
          resolve({ code: code ?? undefined, ...printed, ...bug, killed: by !== null });
        });
      }),
  };
}
