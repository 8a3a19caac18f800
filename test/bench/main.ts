/** `npm run bench`: what rolesync costs on accounts of several sizes, as tables in Markdown. Loopback only; the sandbox waits before each answer. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { measure } from './measure.ts';
import { sideBySide } from './peers.ts';
import { bareLoop, latency, type Run, type Stage, stage } from './stage.ts';
import { median, megabytes, ratio, seconds, table, thousands } from './table.ts';
import { type Difference, none, type Size } from './world.ts';

const sizes: readonly Size[] = [
  { targets: 1, roles: 100, permissions: 20 },
  { targets: 1, roles: 1000, permissions: 20 },
  { targets: 1, roles: 10_000, permissions: 20 },
  { targets: 200, roles: 100, permissions: 20 },
];

const tenth: Difference = { everyNth: 10, grants: 1 };
const empty: Difference = { ...none, empty: true };

const parts = { start, sizes: everySize, growth, long, shards, peers } as const;
type Part = keyof typeof parts;

export async function main(argv: readonly string[], root: string): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      runs: { type: 'string', default: '3' },
      peers: { type: 'boolean', default: false },
      'peers-from': { type: 'string' },
    },
  });
  const names = Object.keys(parts) as readonly Part[];
  const unknown = positionals.find((name) => !names.some((one) => one === name));
  if (unknown !== undefined) {
    console.error(`there is no part \`${unknown}\`; there are ${names.join(', ')}`);
    return 1;
  }
  const runs = Number(values.runs);
  const from = values['peers-from'];
  const withPeers = values.peers || from !== undefined || positionals.includes('peers');
  const [cpu] = cpus();
  console.log(
    `${new Date().toISOString().slice(0, 10)} · ${cpus().length} × ${cpu?.model.trim()} · ${Math.round(totalmem() / 2 ** 30)} GiB · Node ${process.versions.node} · ${latency} ms before each answer · median of ${runs}`,
  );
  for (const name of names) {
    const wanted = name === 'peers' ? withPeers : positionals.length === 0 || positionals.includes(name);
    if (wanted) console.log(`\n${await parts[name](root, runs, from)}`);
  }
  return 0;
}

/** What a command costs beside a Node that does nothing. */
async function start(root: string, runs: number): Promise<string> {
  const at = await stage(root, { targets: 1, roles: 2, permissions: 3 }, none);
  const script = join(root, 'dist/rolesync.js');
  const rows = [
    ['a bare Node', [join(root, 'test/bench/nothing.js')]],
    ['`--version`', [script, '--version']],
    ['`validate`, two roles', [script, 'validate']],
  ] as const;
  const costs: (readonly [name: string, cpu: number, memory: number])[] = [];
  for (const [name, argv] of rows) {
    const { memory } = await measure(root, argv, at);
    costs.push([name, wholeCpu(argv, at.cwd, 10 * runs), memory]);
  }
  await at.close();
  const bare = costs[0]?.[1] ?? 0;
  return table(
    ['start', 'CPU', '÷ bare Node', 'peak memory'],
    costs.map(([name, cpu, memory]) => [name, `${Math.round(cpu * 1000)} ms`, ratio(cpu / bare), megabytes(memory)]),
  );
}

/** Seconds of processor time of one run, its end included, which a process cannot tell of itself: as the shell counts it. */
function wholeCpu(argv: readonly string[], cwd: string, runs: number): number {
  const loop = 'run=0; while [ "$run" -lt "$RUNS" ]; do "$@" > /dev/null; run=$((run + 1)); done; times';
  const { stdout } = spawnSync('sh', ['-c', loop, 'sh', process.execPath, ...argv], {
    cwd,
    env: { ...process.env, RUNS: String(runs) },
    encoding: 'utf8',
  });
  const [, children = ''] = stdout.trim().split('\n');
  const times = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, rest]) => 60 * Number(minutes) + Number(rest),
  );
  return times.reduce((sum, time) => sum + time, 0) / runs;
}

interface Row {
  readonly name: string;
  readonly run: Run;
  /** Requests that no client could do without. */
  readonly least: number;
  /** Seconds that they take at least, waiting for answers alone. */
  readonly floor: number;
  readonly bare: number | undefined;
}

async function everySize(root: string, runs: number): Promise<string> {
  const rows: Row[] = [];
  for (const size of sizes) rows.push(...(await oneSize(root, size, runs)));
  return table(
    ['', 'requests ÷ least', 'first after', 'network', '÷ floor', '÷ bare loop', 'wall', 'CPU', 'peak memory'],
    rows.map(({ name, run, least, floor, bare }) => [
      name,
      least === 0
        ? '0'
        : `${thousands(run.requests.length)} ÷ ${thousands(least)} = ${ratio(run.requests.length / least)}`,
      least === 0 ? '' : seconds(run.wall - run.network - 0.02),
      least === 0 ? '' : seconds(run.network),
      floor === 0 ? '' : ratio(run.network / floor),
      bare === undefined ? '' : ratio(run.network / bare),
      seconds(run.wall),
      seconds(run.cpu),
      megabytes(run.memory),
    ]),
  );
}

async function oneSize(root: string, size: Size, runs: number): Promise<readonly Row[]> {
  const title = size.targets === 1 ? `${thousands(size.roles)} roles` : `${size.targets} targets × ${size.roles} roles`;
  const pages = Math.floor(size.roles / 100) + 1;
  const reading = {
    least: size.targets * (1 + pages),
    floor: ((1 + pages) * Math.ceil(size.targets / 8) * latency) / 1000,
  };
  const planOf = (name: string, difference: Difference, argv: readonly string[]) =>
    repeat(root, size, difference, argv, runs, `${title}: ${name}`, reading);
  const written = Math.ceil(size.roles / 10);
  const looked = written < Math.ceil(size.roles / 100) ? written : pages;
  const perTarget = 1 + pages + 2 * written + looked;
  // Four writes of a target at a time, eight requests in all.
  const chain = 1 + pages + Math.ceil((2 * written) / (size.targets === 1 ? 4 : 1)) + looked;
  const applying = {
    least: size.targets * perTarget,
    floor: (chain * Math.ceil(size.targets / 8) * latency) / 1000,
  };
  return [
    await repeat(root, size, none, ['validate'], runs, `${title}: validate`, { least: 0, floor: 0 }),
    await planOf('plan, nothing to do', none, ['plan']),
    await planOf('plan --base, nothing to do', none, ['plan', '--base', 'HEAD']),
    await planOf('plan, a tenth changed', tenth, ['plan']),
    await planOf('plan --base, a tenth changed', tenth, ['plan', '--base', 'HEAD']),
    await repeat(root, size, tenth, ['apply', '--yes'], runs, `${title}: apply a tenth`, applying),
  ];
}

/** The median by CPU, each run on a stage of its own. */
async function repeat(
  root: string,
  size: Size,
  difference: Difference,
  argv: readonly string[],
  runs: number,
  name: string,
  { least, floor }: Pick<Row, 'least' | 'floor'>,
): Promise<Row> {
  const rows: Row[] = [];
  for (let at = 0; at < runs; at += 1) {
    const one = await stage(root, size, difference, { inGit: argv.includes('--base') });
    const run = await one.run(argv);
    if (run.code !== 0) throw new Error(`${argv.join(' ')} ended with ${run.code}: ${run.stderr}`);
    const bare = argv[0] === 'plan' ? await bareLoop(root, one, run) : undefined;
    rows.push({ name, run, least, floor, bare });
    await one.close();
  }
  console.error(name);
  return median(rows, ({ run }) => run.cpu);
}

/** How CPU time grows with the work: what is linear has the same number in each line. */
async function growth(root: string, runs: number): Promise<string> {
  const rows: string[][] = [];
  for (const [name, difference, counts] of [
    ['create', empty, [2000, 4000, 8000]],
    ['update', { everyNth: 1, grants: 50 }, [750, 1500, 3000]],
  ] as const) {
    for (const roles of counts) {
      const size = { targets: 1, roles, permissions: name === 'create' ? 20 : 10 };
      const { run } = await repeat(root, size, difference, ['plan'], runs, `${name} ${roles}`, { least: 0, floor: 0 });
      const effects = roles * (name === 'create' ? 20 : 50);
      const each = `${((run.cpu / effects) * 1_000_000).toFixed(1)} µs`;
      const lines = thousands(run.stdout.split('\n').length);
      rows.push([
        `plan: ${name} ${thousands(roles)}`,
        thousands(effects),
        seconds(run.cpu),
        each,
        lines,
        megabytes(run.memory),
      ]);
    }
  }
  return table(['', 'grants', 'CPU', 'CPU ÷ grants', 'lines', 'peak memory'], rows);
}

/** A plan of 150,000 grants in every format. */
async function long(root: string, runs: number): Promise<string> {
  const at = await stage(root, { targets: 1, roles: 3000, permissions: 10 }, { everyNth: 1, grants: 50 });
  const rows: string[][] = [];
  const add = async (name: string, argv: readonly string[], bytes: (run: Run) => number) => {
    const all: Run[] = [];
    for (let run = 0; run < runs; run += 1) all.push(await at.run(argv));
    const run = median(all, ({ cpu }) => cpu);
    rows.push([
      name,
      `${(bytes(run) / 1_000_000).toFixed(1)} MB`,
      seconds(run.wall),
      seconds(run.cpu),
      megabytes(run.memory),
    ]);
  };
  await add('`plan --out plan.json`', ['plan', '--out', 'plan.json'], () => statSync(join(at.cwd, 'plan.json')).size);
  for (const format of ['text', 'github', 'markdown', 'html', 'json']) {
    await add(
      `\`show plan.json --format ${format}\``,
      ['show', 'plan.json', '--format', format],
      ({ stdout }) => stdout.length,
    );
  }
  await at.close();
  return table(['3,000 changed roles × 50 grants', 'size', 'wall', 'CPU', 'peak memory'], rows);
}

/** Other tools that sync roles, each on its own API. `from`: the folder where they are installed. */
function peers(root: string, _runs: number, from: string | undefined): Promise<string> {
  return sideBySide(root, from);
}

/** 1,000 targets by one process, by four side by side, and by four of which one is killed. */
async function shards(root: string): Promise<string> {
  const at = await stage(root, { targets: 1000, roles: 20, permissions: 20 }, tenth);
  const one = await at.run(['plan', '--out', 'whole.json']);
  const started = performance.now();
  const four = await Promise.all(['1/4', '2/4', '3/4', '4/4'].map((part) => shard(at, root, part)));
  const wall = (performance.now() - started) / 1000;
  const merged = await at.run(['merge', ...four.map(({ file }) => file), '--out', 'merged.json']);
  const digest = (text: string) => /sha256:[0-9a-f]{64}/.exec(text)?.[0];
  const row = (name: string, time: number, cpu: number, memory: number) => [
    name,
    seconds(time),
    seconds(cpu),
    megabytes(memory),
  ];
  const rows = [
    row('one process', one.wall, one.cpu, one.memory),
    row(
      'four processes, side by side',
      wall,
      four.reduce((sum, run) => sum + run.cpu, 0),
      Math.max(...four.map((run) => run.memory)),
    ),
    row('`merge` of their plans', merged.wall, merged.cpu, merged.memory),
  ];
  const same =
    digest(one.stdout) === digest(merged.stdout) ? 'the digest of the whole' : 'ANOTHER digest than the whole';
  const told = await killed(at, root);
  await at.close();
  return [
    table(['1,000 targets × 20 roles', 'wall', 'CPU, all processes', 'peak memory, largest process'], rows),
    `The merged plan has ${same}. Part 2 of 4 killed after a second; \`rolesync merge plan-1.json plan-3.json plan-4.json\` then ends with exit code ${told.code}:`,
    `\`\`\`\n${told.text}\n\`\`\``,
  ].join('\n\n');
}

async function shard({ cwd, environment }: Stage, root: string, part: string) {
  const file = `plan-${part[0]}.json`;
  const argv = [join(root, 'dist/rolesync.js'), 'plan', '--shard', part, '--out', file];
  return { file, ...(await measure(root, argv, { cwd, environment })) };
}

async function killed({ cwd, environment, run }: Stage, root: string): Promise<{ code: number | null; text: string }> {
  const script = join(root, 'dist/rolesync.js');
  const argv = [script, 'plan', '--shard', '2/4', '--out', 'killed.json'];
  const child = spawn(process.execPath, argv, { cwd, env: { ...process.env, ...environment }, stdio: 'ignore' });
  setTimeout(() => child.kill('SIGKILL'), 1000);
  await once(child, 'exit');
  const { code, stdout, stderr } = await run(['merge', 'plan-1.json', 'plan-3.json', 'plan-4.json']);
  return { code, text: `${stdout.slice(stdout.indexOf('Plan:')).trim()}\n${stderr.trim()}` };
}
