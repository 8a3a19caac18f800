/** The command line of the chaos runs: plays many scenarios side by side, checks each, and tells what broke. */
import { parseArgs } from 'node:util';
import { check } from './check/check.ts';
import { type Finding, type Invariant, invariants } from './check/finding.ts';
import { generate } from './generate.ts';
import { inProcess, processesOf } from './launch.ts';
import { play } from './play.ts';
import { shrink } from './shrink.ts';
import { story } from './story.ts';

const usage = `npm run chaos -- [--seed N] [--runs N] [--mode inproc|process] [--stories N] [--side-by-side N]

Run number n has the seed N + n. To see one run again: --seed N --runs 1.
`;

/** Resolves with the exit code: 0 where nothing broke. `root`: of the project. */
export async function main(argv: readonly string[], root: string): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
      runs: { type: 'string', default: '1000' },
      mode: { type: 'string', default: 'inproc' },
      stories: { type: 'string', default: '1' },
      'side-by-side': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return say(usage, 0);
  const [first, runs, stories] = [Number(values.seed), Number(values.runs), Number(values.stories)];
  const isProcess = values.mode === 'process';
  const launch = isProcess ? processesOf(root) : inProcess;
  const sideBySide = Number(values['side-by-side'] ?? (isProcess ? 4 : 12));
  say(`seed ${first}, ${runs} runs, ${values.mode}\n`, 0);

  const broken = new Map<Invariant, number[]>();
  const told = new Map<Invariant, number>();
  const totals = { runs: 0, requests: 0, writes: 0, faults: 0, edits: 0, interrupts: 0 };
  const started = performance.now();
  let next = first;
  const worker = async (): Promise<void> => {
    while (next < first + runs) {
      const seed = next;
      next += 1;
      await one(seed);
    }
  };
  const one = async (seed: number): Promise<void> => {
    const played = await play(generate(seed), launch);
    const findings = check(played);
    count(totals, played.events);
    for (const invariant of distinct(findings)) {
      broken.set(invariant, [...(broken.get(invariant) ?? []), seed]);
      if ((told.get(invariant) ?? 0) >= stories) continue;
      told.set(invariant, (told.get(invariant) ?? 0) + 1);
      const smallest = isProcess || invariant === 'bug' ? played : await shrink(played, invariant, launch);
      const left = check(smallest).filter((finding) => finding.invariant === invariant);
      say(`\n--- ${invariant}: ${invariants[invariant]}\n${story(smallest, left)}`, 0);
    }
  };
  await Promise.all(Array.from({ length: Math.min(sideBySide, runs) }, worker));
  const seconds = (performance.now() - started) / 1000;
  const { requests, writes, faults, edits, interrupts } = totals;
  say(
    `${totals.runs} runs in ${seconds.toFixed(1)} s: ${requests} requests, ${writes} writes, ${faults} faults, ${edits} edits by hand, ${interrupts} interrupts\n`,
    0,
  );
  for (const [invariant, seeds] of [...broken].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const shown = [...seeds].sort((a, b) => a - b).slice(0, 8);
    say(
      `${invariant}: ${seeds.length} runs broke it (${shown.join(', ')}${seeds.length > shown.length ? ', …' : ''})\n`,
      0,
    );
  }
  return say(broken.size === 0 ? 'nothing broke\n' : '', broken.size === 0 ? 0 : 1);
}

function distinct(findings: readonly Finding[]): readonly Invariant[] {
  return [...new Set(findings.map(({ invariant }) => invariant))];
}

function count(
  totals: Record<'runs' | 'requests' | 'writes' | 'faults' | 'edits' | 'interrupts', number>,
  events: Awaited<ReturnType<typeof play>>['events'],
): void {
  totals.runs += 1;
  for (const event of events) {
    if (event.kind === 'edited') totals.edits += 1;
    if (event.kind === 'mark' && event.what === 'interrupted') totals.interrupts += 1;
    if (event.kind !== 'exchange') continue;
    totals.requests += 1;
    if (event.before !== event.after) totals.writes += 1;
    if (event.fault !== undefined) totals.faults += 1;
  }
}

function say(text: string, code: number): number {
  process.stdout.write(text);
  return code;
}
