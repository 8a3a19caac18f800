/** The commands and their flags, grouped by what one wants to do. What a command needs is loaded only when it runs. */
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import type { Ending } from './commands/ending.ts';
import { exitCodes } from './commands/exit-codes.ts';
import { helpExamples } from './commands/help-examples.ts';
import { topics } from './commands/help-topics.ts';
import { parseAge } from './commands/plan-age.ts';
import { tenantFlag } from './commands/target-flags.ts';
import type { CommandIo } from './io.ts';
import type { Table } from './table.ts';
import { version } from './version.ts';

/** Named here, so that help does not load what prints them. */
const planFormats = ['text', 'json', 'markdown', 'github', 'html'] as const;
const shells = ['bash', 'zsh', 'fish'] as const;
const layouts = ['one-file', 'file-per-role'] as const;
const driftKinds = ['grants', 'revokes', 'fields'] as const;

type End = (ending: Ending) => void;

/** `end` is called once, with the result of the command. */
export function commandLine(io: CommandIo, end: End): Command {
  const program = new Command('rolesync')
    .description(`Roles as code: plan and apply the roles of ${titles(io.table)} from YAML in git.`)
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeOut: io.stdout.write, writeErr: io.stderr.write, getOutHelpWidth: () => io.stdout.columns })
    .showHelpAfterError('Run with --help for the commands and flags.');
  for (const [heading, commands] of groups) {
    program.commandsGroup(heading);
    for (const add of commands) add(program, io, end);
  }
  const examples = helpExamples(io.table);
  for (const command of program.commands) {
    command.copyInheritedSettings(program);
    const lines = (examples.get(command.name()) ?? []).map((line) => `  ${line}`);
    if (lines.length > 0) command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
  }
  return program;
}

const groups: readonly (readonly [heading: string, commands: readonly (typeof addPlan)[]])[] = [
  ['Set up:', [addInit, addImport, addValidate, addPermissions]],
  ['Write:', [addExplain, addPull, addCompare]],
  ['Review:', [addPlan, addShow, addMerge]],
  ['Apply:', [addApply]],
  ['Try:', [addDemo, addSandbox]],
  ['Help:', [addHelp, addCompletion]],
];

function addInit(program: Command, io: CommandIo, end: End): void {
  const command = program
    .command('init')
    .description('start with a role file, workflows and CODEOWNERS; asks for what is missing, overwrites nothing')
    .argument('[name]', 'name of the target in plans and commands');
  newTarget(command, io)
    .option('--action <action>', 'the action that the workflows run: OWNER/REPOSITORY@COMMIT; omit it for no workflows')
    .option('--branch <name>', 'the default branch of the repository (default: main)')
    .option('--owners <owners>', 'who approves changes to roles, for CODEOWNERS: @organisation/team')
    .option('--no-color', 'no colour')
    .action(async (name, flags) => end(await (await import('./commands/init.ts')).init(name, flags, io)));
}

function addImport(program: Command, io: CommandIo, end: End): void {
  const command = program
    .command('import')
    .description(
      'write live roles that no file names to role files, and verify them; overwrites nothing, writes to no provider',
    )
    .argument('[targets...]', 'names or globs of targets (default: all); with --provider, the name of a new target');
  newTarget(command, io)
    .addOption(
      new Option('--layout <layout>', 'one file for all roles of a target, or one file per role')
        .choices(layouts)
        .default('one-file'),
    )
    .option(
      '--out <path>',
      'a new file, a folder for new files, or - for standard output (default: next to the targets)',
    )
    .option('--files <path>', 'a role file or a folder of them (repeatable; default: roles)', collect)
    .addOption(formatOption(['text', 'json']))
    .option('--env <name>', 'another variable that role files may read (repeatable)', collect)
    .option('--no-color', 'no colour');
  connected(command).action(async (targets, flags) =>
    end(await (await import('./commands/import.ts')).importRoles(targets, flags, io)),
  );
}

/** Flags that say what a target is that no file defines yet. */
function newTarget(command: Command, { table }: CommandIo): Command {
  command.option(
    '--provider <name>',
    `provider of a target that no file defines yet: ${[...table.manifests.keys()].join(', ')}`,
  );
  for (const { title, tenant } of table.manifests.values()) {
    if (tenant !== undefined) command.option(`${tenantFlag(tenant.key)} <id>`, `its ${tenant.noun}, for ${title}`);
  }
  return command.option('--base-url <url>', 'its base URL, if the provider has more than one');
}

function addValidate(program: Command, io: CommandIo, end: End): void {
  connected(
    shared(
      program.command('validate'),
      'check role files: schema, duplicates, references; no network unless --online',
      ['text', 'json', 'github'],
    ),
  )
    .option('--rev <rev>', 'check the role files of a git revision instead of the working tree')
    .option('--at <day>', 'check as of another day, YYYY-MM-DD in UTC; decides which exceptions hold')
    .option(
      '--online',
      'also sign in to each target, read its roles, and report what the identity may do; writes nothing',
    )
    .action(async (paths, { online, ...flags }) => {
      if (online === true) {
        const { validateOnline } = await import('./commands/validate-online.ts');
        return end(await validateOnline(paths, flags, io));
      }
      // Loaded side by side: this is the command that runs in editors and hooks.
      const [{ validate }] = await Promise.all([import('./commands/validate.ts'), io.table.language()]);
      end(await validate(paths, flags, io));
    });
}

function addPermissions(program: Command, io: CommandIo, end: End): void {
  connected(
    program
      .command('permissions')
      .argument('<provider>', 'name of the provider')
      .argument('[word]', 'show only permissions that contain this word'),
  )
    .description('list the permissions of a provider, each in plain words; with --target, also what is live')
    .option(
      '--target <name>',
      'also show what the live roles of this target have and which permissions it lists itself',
    )
    .option('--files <path>', 'with --target: the role files that define it (repeatable; default: roles)', collect)
    .addOption(formatOption(['text', 'json']))
    .option('--no-color', 'no colour')
    .action(async (provider, word, flags) =>
      end(await (await import('./commands/permissions.ts')).permissions(provider, word, flags, io)),
    );
}

function addExplain(program: Command, io: CommandIo, end: End): void {
  program
    .command('explain')
    .description('show what a role may do, which lines grant it, since when and by whom; no network')
    .argument('<role>', 'its name in the role files')
    .option('--target <name>', 'only for this target, or for those that match a glob (repeatable)', collect)
    .option('--files <path>', 'a role file or a folder of them (repeatable; default: roles)', collect)
    .option('--at <day>', 'explain as of another day, YYYY-MM-DD in UTC; decides which exceptions hold')
    .addOption(formatOption(['text', 'json']))
    .option('--env <name>', 'another variable that role files may read (repeatable)', collect)
    .option('--no-color', 'no colour')
    .action(async (role, flags) => end(await (await import('./commands/explain.ts')).explain(role, flags, io)));
}

function addPull(program: Command, io: CommandIo, end: End): void {
  connected(program.command('pull').argument('[targets...]', 'names or globs of targets (default: all)'))
    .description('edit the role files to match what is live; changes only what differs, writes to no provider')
    .option('--files <path>', 'a role file or a folder of them (repeatable; default: roles)', collect)
    .option('--role <name>', 'only this role (repeatable)', collect)
    .addOption(new Option('--only <kind>', 'only grants, only revokes, or only other fields').choices(driftKinds))
    .option('--adopt', 'also add live roles that no file names')
    .option('--shared', 'also edit roles that apply to other targets, where the same did not change')
    .option(
      '--exception',
      'write what differs on only some targets of a role as an exception for these; needs --reason',
    )
    .option('--reason <text>', 'with --exception: the reason to record')
    .option('--sets', 'remove what was revoked from the permission sets that grant it, for all roles that use them')
    .option('--yes', 'do not ask')
    .addOption(formatOption(['text', 'json']))
    .option('--env <name>', 'another variable that role files may read (repeatable)', collect)
    .option('--no-color', 'no colour')
    .action(async (targets, flags) => end(await (await import('./commands/pull.ts')).pull(targets, flags, io)));
}

function addCompare(program: Command, io: CommandIo, end: End): void {
  connected(
    program.command('compare').argument('[targets...]', 'the names of two targets; with --outliers, names or globs'),
  )
    .description('show how the live roles of two targets differ, or which of many differ from the rest; writes nothing')
    .option('--outliers', 'compare all targets, or those named: what most have, and which do not')
    .option('--label <label>', 'only targets with this label (repeatable: only those with all of them)', collect)
    .option('--files <path>', 'a role file or a folder of them (repeatable; default: roles)', collect)
    .addOption(formatOption(['text', 'json']))
    .option('--env <name>', 'another variable that role files may read (repeatable)', collect)
    .option('--no-color', 'no colour')
    .action(async (targets, flags) => end(await (await import('./commands/compare.ts')).compare(targets, flags, io)));
}

function addPlan(program: Command, io: CommandIo, end: End): void {
  connected(shared(program.command('plan'), 'show what would change on the live systems; writes nothing', planFormats))
    .option('--base <rev>', 'separate drift from the changes of this branch, using the role files of a git revision')
    .option('--base-dir <dir>', 'the same, using the role files of a folder')
    .option('--rev <rev>', 'plan the role files of a git revision instead of the working tree')
    .option('--trust <rev>', 'send credentials only where the role files of this git revision already send them')
    .option('--at <day>', 'plan as of another day, YYYY-MM-DD in UTC; decides which exceptions hold')
    .addOption(shardOption())
    .addOption(shardByOption())
    .option('--out <file>', 'save the plan for `apply --plan` and `show`')
    .option('--detailed-exitcode', 'exit 2 if anything differs, withheld parts included')
    .action(async (paths, flags) => end(await (await import('./commands/plan.ts')).plan(paths, flags, io)));
}

function addShow(program: Command, io: CommandIo, end: End): void {
  program
    .command('show')
    .description('print a saved plan in any format; no network, no role files')
    .argument('<file>', 'a plan saved with `plan --out`')
    .addOption(formatOption(planFormats))
    .option('--detailed-exitcode', 'exit 2 if anything differs, withheld parts included')
    .option('--no-color', 'no colour')
    .action(async (file, flags) => end(await (await import('./commands/show.ts')).show(file, flags, io)));
}

function addMerge(program: Command, io: CommandIo, end: End): void {
  program
    .command('merge')
    .description('merge the plans of all parts of a run into one; no network, no role files')
    .argument('<files...>', 'plans saved with `plan --shard i/n --out`')
    .addOption(formatOption(planFormats))
    .option('--out <file>', 'save the plan for `apply --plan` and `show`')
    .option('--detailed-exitcode', 'exit 2 if anything differs, withheld parts included')
    .option('--no-color', 'no colour')
    .action(async (files, flags) => end(await (await import('./commands/merge.ts')).merge(files, flags, io)));
}

function addApply(program: Command, io: CommandIo, end: End): void {
  connected(shared(program.command('apply'), 'plan, ask, write, then plan again to verify'))
    .option('--yes', 'do not ask; does not delete unmanaged roles')
    .option(
      '--plan <file>',
      'write only what this reviewed plan shows (repeatable: what any of the plans shows)',
      collect,
    )
    .option('--approve <digest>', 'write only if the current plan has exactly this digest')
    .option('--include-drift', 'with --plan: also repair what the review showed as drift')
    .option('--include-ended', 'also revoke what ended exceptions granted; with --plan or on its own')
    .option(
      '--max-plan-age <time>',
      'with --plan: how old a reviewed plan may be, such as 12h or 30d (default: 30d)',
      age,
    )
    .option('--log <file>', 'append one JSON line before and after every write')
    .addOption(shardOption())
    .addOption(shardByOption())
    .action(async (paths, flags) => end(await (await import('./commands/apply.ts')).apply(paths, flags, io)));
}

function addDemo(program: Command, io: CommandIo, end: End): void {
  program
    .command('demo')
    .description('run a tour on an embedded sandbox: what is live, plan, apply, plan again')
    .argument('[path]', 'role files', 'roles')
    .option('--no-color', 'no colour')
    .action(async (path, flags) => end(await (await import('./commands/demo.ts')).demo(path, flags, io)));
}

function addSandbox(program: Command, io: CommandIo, end: End): void {
  const sandbox = program
    .command('sandbox')
    .description('serve stand-ins of the APIs on loopback, with state')
    .option('--port <n>', 'port to listen on; 0 picks a free one', integer(0, 65_535), 4010)
    .option('--latency <ms>', 'wait before each answer', integer(0, 60_000), 0)
    .option('--seed <file>', 'start from this state (JSON or YAML)')
    .option('--state <file>', 'load the state from this file and save it there');
  for (const { switches } of io.table.manifests.values()) {
    for (const { flag, description } of switches) sandbox.option(flag, description);
  }
  sandbox.action(async (flags) => {
    await (await import('./commands/sandbox.ts')).sandbox(flags, {
      write: (line) => io.stdout.write(`${line}\n`),
      signal: io.signal,
      table: io.table,
    });
    end({ exitCode: exitCodes.done });
  });
}

function addHelp(program: Command, io: CommandIo): void {
  const listed = [...topics].map(([name, { summary }]) => `  ${name.padEnd(8)}${summary}`);
  program.addHelpText('after', `\nTopics:\n${listed.join('\n')}\n`);
  program
    .command('help')
    .description('show help for a command or a topic')
    .argument('[command]')
    .action(async (name?: string) => {
      if (name === undefined) return program.help();
      const topic = topics.get(name);
      if (topic !== undefined) return io.stdout.write(topic.text);
      program.commands.find((command) => command.name() === name)?.help();
      // The words for a command that is not there are the same wherever it is named. A topic may have been meant, too.
      for (const one of topics.keys()) program.command(one);
      await program.parseAsync([name], { from: 'user' });
    });
}

function addCompletion(program: Command, io: CommandIo): void {
  program
    .command('completion')
    .description('print a script that makes a shell complete commands and flags')
    .addArgument(new Argument('<shell>', 'your shell').choices(shells))
    .action(async (shell: string) => {
      io.stdout.write((await import('./commands/completion.ts')).completionScript(shell));
    });
  // What the script calls at each Tab.
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action(async (words: readonly string[]) => {
      io.stdout.write((await import('./commands/completion.ts')).completions(words, program, [...topics.keys()], io));
    });
}

/** Flags of every command that reads role files. */
function shared(command: Command, description: string, formats: readonly string[] = ['text', 'json']): Command {
  return command
    .description(description)
    .argument('[paths...]', 'role files or folders of them', ['roles'])
    .option('--target <name>', "only this target, or those that match a glob such as 'acme-*' (repeatable)", collect)
    .option('--label <label>', 'only targets with this label (repeatable: only those with all of them)', collect)
    .addOption(formatOption(formats))
    .option('--env <name>', 'another variable that role files may read (repeatable)', collect)
    .option('--no-color', 'no colour');
}

function titles({ manifests }: Table): string {
  const all = [...manifests.values()].map(({ title }) => title);
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}

function formatOption(formats: readonly string[]): Option {
  return new Option('--format <format>', 'format of standard output').choices([...formats]).default('text');
}

/** Flags of every command that reaches a provider. */
function connected(command: Command): Command {
  return command
    .option('--strict', 'treat a permission that is not in the catalogue as an error')
    .option('--sandbox', 'use an embedded sandbox instead of the real hosts; needs no variables')
    .option('--allow-host <host>', 'allow sending credentials to this host: HOST[:PORT] (repeatable)', collect)
    .option('--ca-file <file>', 'certificate authorities to trust in addition to those of the system, in PEM')
    .option(
      '--secrets-fd <n>',
      'read the credentials of targets without `auth` from this file descriptor instead of ROLESYNC_SECRETS',
      readable,
    )
    .option('--verbose', 'log every request to standard error')
    .option('--concurrency <n>', 'maximum number of requests in flight, over all targets', integer(1, 64), 8)
    .option(
      '--max-wait <duration>',
      'maximum time for the requests and waits of one target: 90s, 10m, 1h (default: 10m)',
      duration,
    );
}

function shardOption(): Option {
  return new Option('--shard <i/n>', 'only part i of n of the targets, to split a run over several machines').argParser(
    shard,
  );
}

function shardByOption(): Option {
  return new Option('--shard-by <key>', 'with --shard: keep the targets of one host together').choices([
    'target',
    'host',
  ]);
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

const MOST_PARTS = 1000;

function shard(text: string): { readonly number: number; readonly of: number } {
  const [, number, of] = (/^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(text) ?? []).map(Number);
  if (number !== undefined && of !== undefined && number <= of && of <= MOST_PARTS) return { number, of };
  throw new InvalidArgumentError(`Expected a part such as 1/4 or 4/4, with at most ${MOST_PARTS} parts.`);
}

/** Milliseconds. */
function age(text: string): number {
  const milliseconds = parseAge(text);
  if (milliseconds === undefined) throw new InvalidArgumentError('Expected hours or days, such as 12h or 30d.');
  return milliseconds;
}

function integer(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };
}

/** Standard output and standard error are no input. */
function readable(text: string): number {
  const descriptor = integer(0, 65_535)(text);
  if (descriptor !== 1 && descriptor !== 2) return descriptor;
  throw new InvalidArgumentError('Expected a file descriptor to read from: 0, or 3 or higher.');
}

/** Milliseconds. */
function duration(text: string): number {
  const [, digits, unit = ''] = /^(\d{1,6})(s|m|h)$/.exec(text) ?? [];
  const ms = Number(digits) * ({ s: 1000, m: 60_000, h: 3_600_000 }[unit] ?? 0);
  if (ms > 0 && ms <= 86_400_000) return ms;
  throw new InvalidArgumentError('Expected a time of up to a day, such as 90s, 10m or 1h.');
}
