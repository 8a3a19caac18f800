/** `rolesync init`: begins a repository of roles. It asks for what is missing, reaches no provider, and overwrites nothing. */
import { Failure } from '../core/failure.ts';
import { createFiles } from '../files/create.ts';
import { disk } from '../files/disk.ts';
import { isMissing } from '../files/file-source.ts';
import type { CommandIo } from '../io.ts';
import { escapeUnsafe } from '../render/display.ts';
import { shellWord } from '../render/shell-word.ts';
import { beginFile } from './begin-file.ts';
import { type Ending, problemsEnding } from './ending.ts';
import { exitCodes } from './exit-codes.ts';
import {
  codeOwnersPlaces,
  editorFile,
  hostToAllow,
  type InitFile,
  ownerLines,
  variablesIn,
  workflowFiles,
} from './init-files.ts';
import { type GivenTarget, givenTarget, type TargetFlags } from './new-target.ts';

export interface InitFlags extends TargetFlags {
  /** The action that workflows run; undefined: no workflows. */
  readonly action?: string;
  readonly branch?: string;
  /** undefined: no CODEOWNERS. */
  readonly owners?: string;
  readonly color: boolean;
}

/** Exit code 0 where all that was asked for is there now, also if it was there before. */
export async function init(name: string | undefined, flags: InitFlags, io: CommandIo): Promise<Ending> {
  const answers = await asked(name, flags, io);
  const { action, branch = 'main', owners } = answers.flags;
  // Which variables happen to be set here says nothing of where it will run.
  const given = givenTarget(answers.name, answers.flags, { table: io.table, environment: {} });
  const begun = await beginFile(given, { files: ['roles'], env: [] }, io);
  if ('problems' in begun) return problemsEnding(begun.problems, { ...flags, format: 'text' }, io);
  const known = 'defined' in begun ? begun.defined : undefined;
  const files: readonly InitFile[] = [
    ...('path' in begun ? [{ path: begun.path, content: begun.text }] : []),
    ...(action === undefined ? [] : workflowFiles({ action, branch }, given, io.table.manifests)),
    editorFile,
  ];
  const source = disk(io.cwd);
  const isThere = (path: string) => !isMissing(path, source);
  const lines = owners === undefined ? undefined : ownerLines(owners);
  const present = codeOwnersPlaces.find(isThere);
  const codeOwners =
    lines === undefined || present !== undefined ? [] : [{ path: codeOwnersPlaces[0] ?? '', content: lines }];
  const all = [...files, ...codeOwners];
  const fresh = all.filter(({ path }) => !isThere(path));
  createFiles(fresh, io.cwd);
  const told = [
    ...fresh.map(({ path }) => `created ${escapeUnsafe(path)}`),
    ...all.filter((one) => !fresh.includes(one)).map(({ path }) => `kept ${escapeUnsafe(path)}: it already exists`),
    ...(known === undefined
      ? []
      : [`kept ${escapeUnsafe(known.source.file)}: it already defines ${shellWord(known.name)}`]),
    ...(lines === undefined || present === undefined
      ? []
      : [`kept ${present}: add these lines if they are missing\n${lines.trimEnd()}`]),
  ];
  const steps = nextSteps(known?.name ?? given.target.name, given, action !== undefined, typedAs(io));
  io.stdout.write(`${[...told, '', 'Next:', ...steps.map((step, at) => `${at + 1}. ${step}`)].join('\n')}\n`);
  return { exitCode: exitCodes.done };
}

/** With what a person at a terminal answers; without one, flags are all there is. */
async function asked(name: string | undefined, flags: InitFlags, io: CommandIo) {
  const { ask, signal, table } = io;
  if (ask === undefined) return { name, flags };
  const answers: Record<string, string> = {};
  const question = async (key: string, text: string) => {
    if (flags[key] !== undefined) return;
    const answer = (await ask(`${text}: `)).trim();
    if (signal.aborted) throw new Failure('interrupted', 'interrupted; no file was written');
    if (answer !== '') answers[key] = answer;
  };
  await question('provider', `Provider (${[...table.manifests.keys()].join(', ')})`);
  const manifest = table.manifests.get(flags.provider ?? answers['provider'] ?? '');
  // What is wrong with it is said where flags are judged.
  if (manifest === undefined) return { name, flags: { ...flags, ...answers } };
  const { tenant, baseUrl, title } = manifest;
  if (tenant !== undefined) await question(tenant.key, `${title} ${tenant.noun}, like ${tenant.example}`);
  if (baseUrl.default === undefined) await question('baseUrl', `Base URL, like ${baseUrl.examples.at(-1)}`);
  if (name === undefined)
    await question('name', 'Name of this target in plans, like acme-test (empty: derived from the above)');
  await question('action', 'Action that workflows run, OWNER/REPOSITORY@COMMIT (empty: no workflows)');
  if ((flags.action ?? answers['action']) !== undefined) await question('branch', 'Default branch (empty: main)');
  await question('owners', 'Who decides about roles, like @acme/access (empty: no CODEOWNERS)');
  const { name: named, ...rest } = answers;
  return { name: name ?? named, flags: { ...flags, ...rest } };
}

/** As the person called this command: what `npx` runs is not on the path of the shell. */
function typedAs({ environment }: CommandIo): string {
  return environment['npm_command'] === 'exec' ? 'npx rolesync' : 'rolesync';
}

function nextSteps(
  name: string,
  { manifest, target }: GivenTarget,
  hasWorkflows: boolean,
  rolesync: string,
): readonly string[] {
  const variables = variablesIn(target.auth);
  const host = hostToAllow(manifest, target.baseUrl);
  const leave = host === undefined ? '' : ` --allow-host ${host}`;
  return [
    `Set ${variables.join(' and ')} in this shell, then see what they may do: ${rolesync} validate --online${leave}`,
    `Write the live roles to files: ${rolesync} import ${shellWord(name)}${leave} (to write the first role yourself: ${rolesync} help files)`,
    hasWorkflows
      ? 'Commit, then create the identities, environments and branch rules, step by step: docs/ci.md of rolesync'
      : `Commit. For pull requests that are planned and applied on GitHub: ${rolesync} init --action OWNER/REPOSITORY@COMMIT`,
  ];
}
