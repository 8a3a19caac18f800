/** How a run ends that has nothing to do any more: neutral, and nothing was read from any provider. */
import type { ActionRun } from './run.ts';

export function superseded(run: ActionRun): number {
  const { sha } = run.context;
  run.say(
    `Superseded: ${sha.slice(0, 7)} is not the newest commit of the default branch any more. Nothing was written;`,
  );
  run.say(
    'the run of the newest commit begins where the last run that finished ended, and does the work of this one too.',
  );
  run.output('superseded', true);
  run.output('held', false);
  run.output('digest', '');
  return 0;
}
