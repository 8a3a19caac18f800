/** One run of the action: reads its context, hides what is secret, and hands over to the mode. It does nothing of a mode. */
import { parseSecrets, secretValues } from '../config/secrets.ts';
import { mayHoldSecret, secretsVariable } from '../config/variables.ts';
import { Failure } from '../core/failure.ts';
import { createDispatcher, type Dispatcher, fetchOver, proxyOf } from '../http/dispatcher.ts';
import type { CommandIo } from '../io.ts';
import type { Manifests } from '../providers/manifest.ts';
import { escapeUnsafe } from '../render/display.ts';
import { harmless } from '../render/github-log.ts';
import { shipped, type Table } from '../table.ts';
import { version } from '../version.ts';
import { createCommands } from './commands.ts';
import { type Context, type Mode, readContext } from './context.ts';
import { createGitHub } from './github/api.ts';
import { createGit } from './github/git.ts';
import type { Runner, Step, Toolkit } from './step.ts';

const modes: Readonly<Record<Mode, (step: Step) => Promise<number>>> = {
  validate: async (step) => (await import('./modes/validate.ts')).validateMode(step),
  plan: async (step) => (await import('./modes/plan.ts')).planMode(step),
  apply: async (step) => (await import('./modes/apply.ts')).applyMode(step),
  gate: async (step) => (await import('./modes/gate.ts')).gateMode(step),
  drift: async (step) => (await import('./modes/drift.ts')).driftMode(step),
};

/** Resolves with the exit code of the step; what cannot go on has become an error annotation. Rejects only for a bug. */
export async function act(runner: Runner, table: Table = shipped): Promise<number> {
  const { toolkit } = runner;
  hide(runner, table.manifests);
  try {
    const context = readContext(runner.environment);
    const dispatcher = createDispatcher({ proxy: proxyOf(runner.environment) });
    try {
      return await modes[context.inputs.mode](stepOf(context, runner, table, dispatcher));
    } finally {
      // Nothing is waited for any more, and an idle connection would keep the process alive.
      await dispatcher.destroy();
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    toolkit.error(escapeUnsafe(error.message));
    return 1;
  }
}

/** GitHub hides the secrets that it hands out itself; one that a step before this one put there it does not know. */
function hide({ environment, toolkit }: Runner, manifests: Manifests): void {
  for (const [name, value] of Object.entries(environment)) {
    const hidden = mayHoldSecret(name, manifests) || name === 'INPUT_GITHUB-TOKEN';
    if (hidden && value !== undefined) conceal(toolkit, value);
  }
  for (const secret of mapped(environment[secretsVariable] ?? '')) conceal(toolkit, secret);
}

/** A map that cannot be read is told by whatever needs it. */
function mapped(text: string): readonly string[] {
  try {
    return text === '' ? [] : secretValues(parseSecrets(text, secretsVariable));
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}

/** Shorter text is no secret, and hiding it would make the log unreadable. */
const shortest = 4;

function conceal(toolkit: Toolkit, secret: string): void {
  if (secret.length >= shortest) toolkit.setSecret(secret);
}

function stepOf(context: Context, runner: Runner, table: Table, dispatcher: Dispatcher): Step {
  const { toolkit, now, wait, signal } = runner;
  const environment = withoutTokens(runner.environment);
  const say = (text: string) => toolkit.write(harmless(text.endsWith('\n') ? text : `${text}\n`));
  const log: CommandIo['stderr'] = { write: (text) => toolkit.write(harmless(text)), isTerminal: false, columns: 80 };
  const io: CommandIo = {
    table,
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
    github: createGitHub(context, version, fetchOver(dispatcher)),
    commands: createCommands(context.inputs, io),
    git: createGit({ ...context, token: context.inputs.token }, environment),
    accessOf: table.accessOf,
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
function withoutTokens(environment: CommandIo['environment']): CommandIo['environment'] {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(?:INPUT_|ACTIONS_|GITHUB_TOKEN$|GH_TOKEN$)/.test(name)),
  );
}
