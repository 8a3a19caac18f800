/** Every command shows lines to copy, and each of them is one that the command line takes. */
import { describe, expect, it } from 'vitest';
import { commandLine } from '../../src/command-line.ts';
import { topics } from '../../src/commands/help-topics.ts';
import { shipped } from '../../src/table.ts';
import { rolesync } from '../support/command.ts';

const commands = program()
  .commands.filter((command) => command.name() !== 'complete')
  .map((command) => command.name());

describe.each(commands)('rolesync %s --help', (name) => {
  it('ends with two to four examples that parse', async () => {
    const { code, stdout } = await rolesync([name, '--help'], { cwd: '.' });
    expect(code).toBe(0);
    const lines = stdout.split('\nExamples:\n')[1]?.trimEnd().split('\n') ?? [];
    expect(lines.length).toBeGreaterThanOrEqual(2);
    expect(lines.length).toBeLessThanOrEqual(4);
    for (const line of lines) expect(await parsed(wordsOf(line)), line).toBe(name);
  });
});

it('takes no line with a flag or a command that is not there', async () => {
  await expect(parsed(['plan', '--no-such-flag'])).rejects.toThrow(/unknown option/);
  await expect(parsed(['plann'])).rejects.toThrow(/unknown command/);
  await expect(parsed(['plan', '--format', 'pdf'])).rejects.toThrow(/invalid/);
});

it('shows help for topics and commands that are there', async () => {
  const { stdout } = await rolesync(['help', '--help'], { cwd: '.' });
  const shown = [...stdout.matchAll(/^ {2}rolesync help (\S+)$/gm)].map(([, one]) => one);
  expect(shown.length).toBeGreaterThan(1);
  for (const one of shown) expect([...topics.keys(), ...commands]).toContain(one);
});

function program() {
  const output = { write: () => undefined, isTerminal: false, columns: 80 };
  const signal = new AbortController().signal;
  const io = { cwd: '.', environment: {}, stdout: output, stderr: output, ask: undefined, signal, now: Date.now };
  return commandLine({ ...io, table: shipped }, () => undefined);
}

/** The command that the words name, once it took all of its arguments and flags; it does not run. */
async function parsed(words: readonly string[]): Promise<string | undefined> {
  const line = program();
  let ran: string | undefined;
  for (const command of line.commands) {
    command.action(() => {
      ran = command.name();
    });
  }
  await line.parseAsync([...words], { from: 'user' });
  return ran;
}

/** Of the one call of rolesync in a line of a shell, without what the shell does with its output. */
function wordsOf(line: string): readonly string[] {
  const [, call = ''] = /\brolesync ([^|>)#]*)/.exec(line) ?? [];
  return [...call.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}
