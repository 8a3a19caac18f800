/** Plays one scenario: sets the stage, runs the commands as a person or a CI job would, and hands back all there is to judge. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { chooseEdit } from './edits.ts';
import { environmentOf, filesOf } from './files.ts';
import type { Launch, Launched } from './launch.ts';
import type { Snapshot } from './live.ts';
import { type ProxyServer, startProxy } from './proxy.ts';
import { randomOf } from './random.ts';
import type { Scenario, Way } from './scenario.ts';
import { openStage, type Stage } from './stage.ts';
import { tamper } from './tamper.ts';
import type { Event } from './timeline.ts';

export interface Command extends Launched {
  readonly apply: number;
  /** `heal`: applied again when nothing goes wrong any more; `check`: the plan after that. */
  readonly part: 'plan' | 'apply' | 'heal' | 'check';
  readonly argv: readonly string[];
}

export interface Played {
  readonly scenario: Scenario;
  readonly events: readonly Event[];
  readonly commands: readonly Command[];
  /** The text of the plan that was saved, before anybody tampered with it. */
  readonly plans: ReadonlyMap<number, string>;
  /** What was live when the last command of the story had ended, and when it was healed. */
  readonly end: ReadonlyMap<string, Snapshot>;
  readonly healed: ReadonlyMap<string, Snapshot>;
  readonly secrets: readonly string[];
  /** A mark stands exactly where it happened: the runs were in this process. */
  readonly byMarks: boolean;
  /** In `healing`: the event with which it begins. */
  readonly healing: number;
}

export async function play(scenario: Scenario, launch: Launch): Promise<Played> {
  const folder = mkdtempSync(join(tmpdir(), 'chaos-'));
  const interrupts = new Map<number, () => void>();
  const stage = await openStage(scenario, {
    now: launch.now,
    onArrival: (apply, count) => {
      if (count === scenario.interruptAt && apply < scenario.applies) interrupts.get(apply)?.();
    },
  });
  const proxies = await Promise.all(
    Array.from({ length: scenario.applies + 1 }, (_, apply) => startProxy(stage, apply)),
  );
  try {
    for (const [path, text] of Object.entries(filesOf(scenario))) write(join(folder, path), text);
    return await acts(scenario, { folder, stage, proxies, launch, interrupts });
  } finally {
    await Promise.all(proxies.map((proxy) => proxy.close()));
    await stage.sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Scene {
  readonly folder: string;
  readonly stage: Stage;
  readonly proxies: readonly ProxyServer[];
  readonly launch: Launch;
  /** By apply: what interrupts the command that runs now. */
  readonly interrupts: Map<number, () => void>;
}

async function acts(scenario: Scenario, scene: Scene): Promise<Played> {
  const { stage, launch } = scene;
  const plans = new Map<number, string>();
  const applies = Array.from({ length: scenario.applies }, (_, apply) => apply);
  const stories = await Promise.all(applies.map((apply) => story(scenario, scene, apply, plans)));
  const ending = () => new Map(scenario.tenants.map(({ target }) => [target, stage.snapshot(target)]));
  const end = ending();
  const healing = stage.events.length;
  stage.calm();
  const commands = stories.flat();
  // A process costs much, and what it leaves behind can be judged without it.
  if (launch.heals && scenario.heals) {
    const run = (part: 'heal' | 'check', argv: readonly string[]) =>
      command(scenario, scene, scenario.applies, part, argv);
    commands.push(
      await run('heal', ['apply', '--yes', '--format', 'json', ...launch.flags]),
      await run('check', ['plan', '--format', 'json', ...launch.flags]),
    );
  }
  const logins = scenario.tenants.map(({ login }) => login);
  const basics = logins.map((login) => Buffer.from(login.join(':')).toString('base64'));
  const secrets = [...logins.map(([, secret]) => secret), ...basics, ...stage.tokens];
  const { exact: byMarks } = launch;
  return { scenario, events: stage.events, commands, plans, end, healed: ending(), secrets, byMarks, healing };
}

async function story(
  scenario: Scenario,
  scene: Scene,
  apply: number,
  plans: Map<number, string>,
): Promise<readonly Command[]> {
  const { way, json, verbose, concurrency, seed } = scenario;
  const { launch } = scene;
  const shared = [
    ...(json ? ['--format', 'json'] : []),
    ...(verbose ? ['--verbose'] : []),
    ...['--concurrency', String(concurrency)],
    ...launch.flags,
  ];
  const run = (part: 'plan' | 'apply', argv: readonly string[]) =>
    command(scenario, scene, apply, part, [part, ...argv, ...shared]);
  if (way === 'yes') return [await run('apply', ['--yes'])];
  if (way === 'plan-only') return [await run('plan', [])];
  const file = join(scene.folder, `plan-${apply}.json`);
  const planned = await run('plan', ['--out', file]);
  const saved = textOf(file);
  if (saved === undefined) return [planned];
  plans.set(apply, saved);
  const digest = /"digest": "(sha256:\w+)"/.exec(saved)?.[1] ?? '';
  await between(way, scenario, scene.stage);
  if (way === 'tampered') writeFileSync(file, tamper(saved, randomOf('tamper', seed)));
  return [planned, await run('apply', way === 'digest' ? ['--approve', digest] : ['--plan', file])];
}

/** Somebody edits roles between the review and the apply. */
async function between(way: Way, { seed, tenants, edits }: Scenario, stage: Stage): Promise<void> {
  if (way !== 'stale') return;
  const random = randomOf('stale', seed);
  await stage.inTurn(async () => {
    for (let left = random.integer(1, 3); left > 0; left -= 1) {
      const tenant = random.pick(tenants);
      const moment = { when: 'before', key: 'apply', nth: left } as const;
      if ('exactly' in edits) {
        const chosen = edits.exactly.find((one) => one.key === moment.key && one.nth === left);
        if (chosen !== undefined) stage.edit(chosen.edit, moment);
        continue;
      }
      const choice = chooseEdit(random, stage.sandbox.state, tenant);
      if (choice !== undefined) stage.edit(choice, moment);
    }
  });
}

async function command(
  scenario: Scenario,
  { folder, stage, proxies, launch, interrupts }: Scene,
  apply: number,
  part: Command['part'],
  argv: readonly string[],
): Promise<Command> {
  const name = argv[0] === 'plan' ? 'plan' : 'apply';
  stage.mark(apply, 'began', name);
  const launched = await launch.run(argv, {
    cwd: folder,
    environment: environmentOf(scenario, proxies[apply]?.origin ?? ''),
    signal: scenario.signal,
    onPlanned: () => stage.mark(apply, 'planned', name),
    interruptible: (interrupt) =>
      interrupts.set(apply, () => {
        stage.mark(apply, 'interrupted', name);
        interrupt();
      }),
  });
  interrupts.delete(apply);
  stage.mark(apply, 'ended', name);
  return { apply, part, argv, ...launched };
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
