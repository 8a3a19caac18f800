/** `rolesync completion` prints what a shell reads once; `rolesync complete` answers it at each Tab, from the command line alone. */
import { type Completion, RootCommand, ShellCompDirective } from '@bomb.sh/tab';
import type { Command, Option } from 'commander';
import type { CommandIo } from '../io.ts';
import { scripts } from './generated/completion-scripts.js';

export function completionScript(shell: string): string {
  return scripts[shell] ?? '';
}

type Offer = (complete: (value: string, description: string) => void) => void;

/**
 * The words that may follow, a line each, and a last line that tells the shell whether paths may stand there too.
 * `words` ends with the word at the cursor, which may be empty.
 */
export function completions(
  words: readonly string[],
  program: Command,
  topics: readonly string[],
  io: CommandIo,
): string {
  const root = new RootCommand();
  let paths = false;
  const pathsToo: Offer = () => {
    paths = true;
  };
  const commands = program.createHelp().visibleCommands(program);
  const named: Readonly<Record<string, readonly string[]>> = {
    provider: [...io.table.manifests.keys()],
    command: [...commands.map((command) => command.name()), ...topics],
  };
  const offer = (name: string, choices: readonly string[] | undefined): Offer => {
    const values = choices ?? named[name];
    if (values !== undefined) return (complete) => values.map((value) => complete(value, ''));
    return /^(?:paths?|file|dir)$/.test(name) ? pathsToo : () => {};
  };
  for (const command of commands) {
    const entry = root.command(command.name(), command.description());
    for (const option of command.createHelp().visibleOptions(command)) {
      const name = option.long?.slice(2) ?? '';
      if (placeholderOf(option) === undefined) entry.option(name, option.description);
      else {
        const choices = option.argChoices ?? named[name];
        entry.option(name, option.description, offer(placeholderOf(option) ?? '', choices));
      }
    }
    for (const argument of command.registeredArguments) {
      entry.argument(argument.name(), offer(argument.name(), argument.argChoices), argument.variadic);
    }
  }
  for (const option of program.createHelp().visibleOptions(program)) {
    root.option(option.long?.slice(2) ?? '', option.description);
  }
  return answer(root, words, () => paths);
}

/** `file` of `--out <file>`; nothing for a switch. */
function placeholderOf({ flags }: Option): string | undefined {
  return /[<[](.*?)[\]>]/.exec(flags)?.[1];
}

/** The library prints what it found; here it is handed back, and shells may add paths where one is expected. */
function answer(root: RootCommand, words: readonly string[], paths: () => boolean): string {
  let text = '';
  const print = (typed: string) => {
    const last = typed.slice(typed.indexOf('=') + 1);
    const found = root.completions.filter(({ value }) => value.startsWith(last));
    const { ShellCompDirectiveDefault, ShellCompDirectiveNoFileComp } = ShellCompDirective;
    const directive = paths() ? ShellCompDirectiveDefault : ShellCompDirectiveNoFileComp;
    text = [...found.map(lineOf), `:${directive}`].map((line) => `${line}\n`).join('');
  };
  Object.assign(root, { complete: print });
  root.parse([...words]);
  return text;
}

function lineOf({ value, description = '' }: Completion): string {
  return `${value}\t${description}`;
}
