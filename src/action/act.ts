/** One run of the action: reads its context, hides what is secret, and hands over to the mode. It does nothing of a mode. */
import { mayHoldSecret } from '../config/variables.ts';
import { Failure } from '../core/failure.ts';
import type { Io } from '../io.ts';
import type { Manifests } from '../providers/manifest.ts';
import { escapeUnsafe } from '../render/display.ts';
import { harmless } from '../render/github-log.ts';
import { shipped, type Table } from '../table.ts';
import { version } from '../version.ts';
import { type Context, type Mode, readContext } from './context.ts';
import { createGit } from './git.ts';
import { createGitHub } from './github.ts';
import { command } from './rolesync.ts';
import type { ActionRun } from './run.ts';
import type { World } from './world.ts';

const modes: Readonly<Record<Mode, (run: ActionRun) => Promise<number>>> = {
  validate: async (run) => (await import('./validate-mode.ts')).validateMode(run),
  plan: async (run) => (await import('./plan-mode.ts')).planMode(run),
  apply: async (run) => (await import('./apply-mode.ts')).applyMode(run),
  gate: async (run) => (await import('./gate-mode.ts')).gateMode(run),
  drift: async (run) => (await import('./drift-mode.ts')).driftMode(run),
};

/** Resolves with the exit code of the step; what cannot go on has become an error annotation. Rejects only for a bug. */
export async function act(world: World, { manifests }: Pick<Table, 'manifests'> = shipped): Promise<number> {
  const { toolkit } = world;
  hide(world, manifests);
  try {
    const context = readContext(world.environment);
    return await modes[context.inputs.mode](runOf(context, world));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    toolkit.error(escapeUnsafe(error.message));
    return 1;
  }
}

/** GitHub hides the secrets that it hands out itself; one that a step before this one put there it does not know. */
function hide({ environment, toolkit }: World, manifests: Manifests): void {
  for (const [name, value] of Object.entries(environment)) {
    const hidden = mayHoldSecret(name, manifests) || name === 'INPUT_GITHUB-TOKEN';
    if (hidden && value !== undefined) conceal(toolkit, value);
  }
}

/** Shorter text is no secret, and hiding it would make the log unreadable. */
const shortest = 4;

function conceal(toolkit: World['toolkit'], secret: string): void {
  if (secret.length >= shortest) toolkit.setSecret(secret);
}

function runOf(context: Context, world: World): ActionRun {
  const { toolkit, now, wait, signal } = world;
  const environment = withoutTokens(world.environment);
  const say = (text: string) => toolkit.write(harmless(text.endsWith('\n') ? text : `${text}\n`));
  const log: Io['stderr'] = { write: (text) => toolkit.write(harmless(text)), isTerminal: false, columns: 80 };
  const io: Io = {
    cwd: context.workspace,
    environment,
    stdout: log,
    stderr: log,
    ask: undefined,
    signal,
    now,
    conceal: (secret) => conceal(toolkit, secret),
  };
  return {
    context,
    github: createGitHub(context, version),
    command: command(context.inputs, io),
    io,
    git: createGit({ ...context, token: context.inputs.token }, environment),
    say,
    annotate: toolkit.write,
    warn: (text) => toolkit.warning(escapeUnsafe(text)),
    fail: (text) => toolkit.error(escapeUnsafe(text)),
    output: toolkit.setOutput,
    summary: toolkit.summary,
    now,
    wait,
  };
}

/** What the command line runs with: no input, and none of the tokens that the runner hands to an action. */
function withoutTokens(environment: Io['environment']): Io['environment'] {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(?:INPUT_|ACTIONS_|GITHUB_TOKEN$|GH_TOKEN$)/.test(name)),
  );
}
