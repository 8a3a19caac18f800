/** One command as a process of its own: how long it took, what it cost the machine, and what it printed. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

export interface Measured {
  readonly code: number | null;
  /** Seconds. */
  readonly wall: number;
  /** Seconds of processor time, all threads together. */
  readonly cpu: number;
  /** Bytes, at the peak. */
  readonly memory: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Runs a script with this Node. `root`: of the project. */
export async function measure(
  root: string,
  argv: readonly string[],
  { cwd, environment = {}, input = '' }: Surroundings,
): Promise<Measured> {
  const started = performance.now();
  const child = spawn(process.execPath, ['--import', join(root, 'test/bench/usage.js'), ...argv], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  const texts: [string, string, string] = ['', '', ''];
  const [stdin, ...streams] = child.stdio;
  for (const [at, stream] of streams.slice(0, 3).entries()) {
    stream?.on('data', (data: Buffer) => {
      texts[at] += data.toString('utf8');
    });
  }
  stdin?.end(input);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const wall = (performance.now() - started) / 1000;
  const [stdout, stderr, usage] = texts;
  if (usage === '') throw new Error(`the process told nothing of its cost: ${stderr}`);
  return { code, wall, ...(JSON.parse(usage) as { cpu: number; memory: number }), stdout, stderr };
}
