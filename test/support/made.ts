/** Parts of the pages that are made from what the code knows: tables of commands, flags and providers. */
import type { Command } from 'commander';
import { commandLine } from '../../src/command-line.ts';
import type { Manifest } from '../../src/providers/manifest.ts';
import { shipped } from '../../src/table.ts';

/** The command line as the command builds it, for looking at. */
export function program(): Command {
  const stream = { write: () => undefined, isTerminal: false, columns: 80 };
  const io = {
    cwd: '/',
    environment: {},
    stdout: stream,
    stderr: stream,
    ask: undefined,
    now: () => 0,
    table: shipped,
  };
  return commandLine({ ...io, signal: new AbortController().signal }, () => undefined);
}

const manifests = [...shipped.manifests.values()];

/** By the name that the page gives it. */
export const made: Readonly<Record<string, () => string>> = {
  commands: () =>
    table(
      ['command', 'what it does'],
      // The shell calls one more, which no help lists.
      program()
        .commands.filter((command) => command.description() !== '')
        .map((command) => [code(`rolesync ${usage(command)}`), command.description()]),
    ),
  'shared flags': () => {
    const plan = program().commands.find((command) => command.name() === 'plan');
    const shared = ['--target', '--label', '--sandbox', '--allow-host', '--ca-file', '--shard', '--max-wait', '--env'];
    return table(
      ['flag', 'meaning'],
      (plan?.options ?? [])
        .filter(({ long }) => shared.includes(long ?? ''))
        .map(({ flags, description }) => [`\`${flags}\``, description]),
    );
  },
  providers: () =>
    table(
      ['provider', '`provider`', 'hosts that need no `--allow-host`', 'key of the tenant', '`auth`', 'variables'],
      manifests.map((manifest) => [
        manifest.title,
        code(manifest.name),
        manifest.hosts.length === 0 ? 'none: yours' : manifest.hosts.map(code).join(', '),
        manifest.tenant === undefined
          ? `none: the base URL names the ${manifest.place.one}`
          : code(manifest.tenant.key),
        manifest.auth.alternatives.map((keys) => keys.map(code).join(' and ')).join(', or '),
        code(`${manifest.variables}*`),
      ]),
    ),
  settings: () =>
    table(
      ['key of a role', 'provider', 'what it is', 'values'],
      manifests.flatMap((manifest) => settings(manifest)),
    ),
};

function settings({ title, settings: all }: Manifest): readonly (readonly string[])[] {
  return Object.entries(all).map(([key, { description, type, values, immutable }]) => [
    code(key),
    title,
    `${description}${immutable === undefined || description.includes('cannot change') ? '' : ' It cannot change later.'}`,
    values?.map(code).join(', ') ?? (type === 'boolean' ? '`true`, `false`' : 'text'),
  ]);
}

function usage(command: Command): string {
  const words = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '…' : ''}`.toUpperCase();
    return argument.required ? name : `[${name}]`;
  });
  return [command.name(), ...words].join(' ');
}

function code(text: string): string {
  return `\`${text}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
