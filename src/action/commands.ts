/** The commands as the action calls them: in this process, with plans as data, and with their result as data. */
import { type ApplyEnding, type ApplyFlags, apply, type ReviewedPlans } from '../commands/apply.ts';
import { type Ending, failureEnding, type Refused } from '../commands/ending.ts';
import { exitCodes } from '../commands/exit-codes.ts';
import { type PlanEnding, plan } from '../commands/plan.ts';
import type { RevisionFlags } from '../commands/revisions.ts';
import { type ValidateEnding, validate } from '../commands/validate.ts';
import { Failure } from '../core/failure.ts';
import type { Plan } from '../core/plan.ts';
import type { CommandIo } from '../io.ts';
import type { Inputs } from './context.ts';

export type { Refused } from '../commands/ending.ts';

export interface Planned {
  readonly plan: Plan;
  readonly exitCode: number;
}

export interface NotPlanned {
  readonly refused: Refused;
  readonly exitCode: number;
}

export interface Commands {
  readonly validate: (flags: { readonly rev: string }) => Promise<Partial<ValidateEnding> & Ending>;
  /** Without flags it is the very plan that `apply` with a digest makes, so that its digest can be approved. */
  readonly plan: (flags?: RevisionFlags & { readonly out?: string }) => Promise<Planned | NotPlanned>;
  readonly apply: (
    flags: Pick<ApplyFlags, 'approve' | 'includeDrift' | 'includeEnded' | 'endsOf'> & ReviewedPlans,
  ) => Promise<ApplyEnding>;
}

/** `io`: where standard error goes, and what the role files may read. Paths, targets and hosts come from the inputs. */
export function createCommands({ paths, targets, allowHosts }: Inputs, outside: CommandIo): Commands {
  // The result is taken as data; what is printed of it has no reader.
  const io: CommandIo = { ...outside, ask: undefined, stdout: { ...outside.stdout, write: () => undefined } };
  const shared = { format: 'json', color: false, ...(targets.length > 0 && { target: targets }) } as const;
  const reaching = { ...shared, allowHost: allowHosts, concurrency: 8 } as const;
  return {
    validate: (flags) => ended(io, () => validate(paths, { ...shared, ...flags }, io)),
    plan: async (flags = {}) => {
      const ending: PlanEnding = await ended(io, () => plan(paths, { ...reaching, ...flags }, io));
      const { exitCode, plan: made, refused = nothingSaid } = ending;
      return made === undefined ? { refused, exitCode } : { plan: made, exitCode };
    },
    apply: (flags) => ended(io, () => apply(paths, { ...reaching, ...flags }, io)),
  };
}

const nothingSaid: Refused = { error: { code: 'config', message: 'there is no plan' }, problems: [] };

/** Every ending has its exit code, as on the command line: a Failure is an ending, a bug is thrown. */
async function ended<Some extends Ending>(io: CommandIo, call: () => Promise<Some>): Promise<Some | Ending> {
  const ending = await call().catch((error: unknown): Ending => {
    if (!(error instanceof Failure)) throw error;
    return failureEnding(error, false, io, error.code === 'refused' ? exitCodes.withheld : exitCodes.error);
  });
  const interrupted = io.signal.aborted && ending.exitCode !== exitCodes.done;
  return interrupted ? { ...ending, exitCode: exitCodes.interrupted } : ending;
}
