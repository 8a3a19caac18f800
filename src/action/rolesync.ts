/** Runs the command line inside this process, as a shell would, and keeps the one document that it printed. */
import { run } from '../cli.ts';
import type { Application } from '../core/outcome.ts';
import type { Plan } from '../core/plan.ts';
import type { Problem } from '../core/problem.ts';
import type { Io } from '../io.ts';
import type { Inputs } from './context.ts';

/** What stands in for a result where a run could not start or was refused. */
export interface Refused {
  readonly error?: { readonly code: string; readonly message: string };
  readonly problems: readonly Problem[];
}

export interface Ran<Document> {
  readonly exitCode: number;
  readonly document: Document | Refused;
}

export function isRefused(document: object): document is Refused {
  return 'problems' in document;
}

export interface Command {
  readonly validate: (...flags: readonly string[]) => Promise<Ran<Refused>>;
  readonly plan: (...flags: readonly string[]) => Promise<Ran<Plan>>;
  readonly apply: (...flags: readonly string[]) => Promise<Ran<Application>>;
}

/** `io`: where standard error goes, and what the role files may read. Paths, targets and hosts come from the inputs. */
export function command(inputs: Inputs, io: Io): Command {
  const call = async <Document>(name: string, flags: readonly string[], reaches: boolean): Promise<Ran<Document>> => {
    const printed: string[] = [];
    const stdout = { ...io.stdout, write: (text: string) => void printed.push(text), isTerminal: false };
    const shared = [
      ...inputs.targets.map((target) => `--target=${target}`),
      ...(reaches ? inputs.allowHosts.map((host) => `--allow-host=${host}`) : []),
    ];
    const argv = [name, '--format', 'json', ...shared, ...flags, '--', ...inputs.paths];
    const exitCode = await run(argv, { ...io, stdout, ask: undefined });
    return { exitCode, document: JSON.parse(printed.join('')) as Document };
  };
  return {
    validate: (...flags) => call('validate', flags, false),
    plan: (...flags) => call('plan', flags, true),
    apply: (...flags) => call('apply', flags, true),
  };
}
