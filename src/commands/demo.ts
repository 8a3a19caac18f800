/** `rolesync demo`: the whole story on an embedded sandbox, with the role files at hand. Nothing leaves the machine. */
import { dayOf } from '../config/day.ts';
import { load } from '../config/index.ts';
import { connectSandbox } from '../connect.ts';
import { isPlanned, type Plan } from '../core/plan.ts';
import type { CommandIo } from '../io.ts';
import { display } from '../render/display.ts';
import { harmless } from '../render/github-log.ts';
import { costText, outcomesText } from '../render/outcomes-text.ts';
import { planText, targetHeading } from '../render/plan-text.ts';
import { count, type Style } from '../render/style.ts';
import { carryOut, everything } from './carry-out.ts';
import { type Ending, hasErrors, problemsEnding, styleFor } from './ending.ts';
import { exitCodes } from './exit-codes.ts';
import { planAll } from './plan-all.ts';

/** Exit code 1 if the files have mistakes, or if the last plan is not what the story promises. */
export async function demo(path: string, flags: { readonly color: boolean }, io: CommandIo): Promise<Ending> {
  const started = io.now();
  const config = load([path], { cwd: io.cwd, language: await io.table.language(), today: dayOf(io.now()) });
  if (hasErrors(config.problems)) return problemsEnding(config.problems, { ...flags, format: 'text' }, io);
  const connection = await connectSandbox(config.targets, { io, concurrency: 8, verbose: false });
  const run = { connection, apart: [], about: () => ({ base: null, safeguards: [] }) };
  const style = styleFor(io.stdout, flags, io);
  const say = (text: string) => io.stdout.write(harmless(`${text}\n\n`));
  const chapter = (title: string) =>
    say(style.paint('cyan', `── ${title} ${'─'.repeat(Math.max(0, 74 - title.length))}`));
  try {
    say(
      `rolesync demo: ${count(config.files.length, 'role file')} in ${display(path)}, on stand-ins of the real APIs on this machine.`,
    );

    chapter('1. What is live');
    const before = await planAll(run, io);
    say(liveText(before, style));

    chapter('2. rolesync plan: what the files would change');
    say(planText(before, style, io.table.accessOf));

    chapter('3. rolesync apply: exactly that');
    const { application } = await carryOut(before, connection, everything, io);
    say(outcomesText(application, style));

    chapter('4. rolesync plan, again');
    const after = await planAll(run, io);
    say(planText(after, style, io.table.accessOf));
    const left = after.summary.create + after.summary.update + after.summary.delete;
    const clean = left === 0 && after.targets.every(isPlanned);
    say(
      clean ? style.paint('green', 'Nothing to do: what is live is what the files say.') : 'Something is left to do.',
    );
    say(style.paint('dim', costText(connection.cost, io.now() - started)));
    return { exitCode: clean ? exitCodes.done : exitCodes.error };
  } finally {
    await connection.close();
  }
}

function liveText(plan: Plan, style: Style): string {
  const blocks = plan.targets.map((target) => {
    const roles = isPlanned(target) ? target.live : [];
    const lines = roles.map(({ name, permissions }) =>
      style.wrap(`${display(name)}  ${style.paint('dim', count(permissions.length, 'permission'))}`, 2, 2),
    );
    return [targetHeading(target, style), ...lines].join('\n');
  });
  return blocks.join('\n\n');
}
