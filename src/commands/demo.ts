/** `rolesync demo`: the whole story on an embedded sandbox, with the role files at hand. Nothing leaves the machine. */
import { load } from '../config/index.ts';
import { type Connection, connectSandbox } from '../connect.ts';
import { create } from '../core/change.ts';
import { desiredRole } from '../core/diff.ts';
import { isPlanned, type Plan } from '../core/plan.ts';
import type { DesiredRole, Role } from '../core/role.ts';
import type { Io } from '../io.ts';
import { accessOf } from '../providers/catalogue/access.ts';
import type { Target } from '../reconcile.ts';
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
export async function demo(path: string, flags: { readonly color: boolean }, io: Io): Promise<Ending> {
  const started = io.now();
  const config = load([path], { cwd: io.cwd });
  if (hasErrors(config.problems)) return problemsEnding(config.problems, { ...flags, format: 'text' }, io);
  const connection = await connectSandbox(config.targets, { io, concurrency: 8, verbose: false });
  const run = { connection, apart: [], about: () => ({ base: null, rails: [] }) };
  const style = styleFor(io.stdout, flags, io);
  const say = (text: string) => io.stdout.write(harmless(`${text}\n\n`));
  const chapter = (title: string) =>
    say(style.paint('cyan', `── ${title} ${'─'.repeat(Math.max(0, 74 - title.length))}`));
  try {
    await makeHistory(connection.targets);
    say(
      `rolesync demo: ${count(config.files.length, 'role file')} in ${display(path)}, on stand-ins of the real APIs on this machine.`,
    );

    chapter('1. What is live');
    const before = await planAll(run, io);
    say(liveText(before, style));

    chapter('2. rolesync plan: what the files would change');
    say(planText(before, style, accessOf));

    chapter('3. rolesync apply: exactly that');
    const { application } = await carryOut(before, connection, everything, io);
    say(outcomesText(application, style));

    chapter('4. rolesync plan, again');
    const after = await planAll(run, io);
    say(planText(after, style, accessOf));
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

/** Gives each target a past to tell of: of every three roles, one was edited by hand and one does not exist yet. */
async function makeHistory(targets: Connection['targets']): Promise<void> {
  for (const target of targets) {
    const live = await target.remote.list();
    const names = new Set(live.map(({ role }) => role.name));
    const taken = live.flatMap(({ role }) => role.permissions);
    const roles = target.desired.filter((role) => !role.absent && !names.has(role.name));
    for (const [at, role] of roles.entries()) {
      if (at % 3 === 1) continue;
      await plant(target, at % 3 === 0 ? editedByHand(role, target, taken) : declared(role, target));
    }
  }
}

function declared(role: DesiredRole, { provider }: Target): Role {
  return desiredRole(role, undefined, { ...provider, settings: provider.capabilities.settings, unmanaged: 'report' });
}

/** Without its last permission, with one that nobody declared, and under its former name. */
function editedByHand(role: DesiredRole, target: Target, taken: readonly string[]): Role {
  const whole = declared(role, target);
  const extra = taken
    .filter((permission) => !whole.permissions.includes(permission) && !permission.includes('*'))
    .slice(0, 1);
  const kept = whole.permissions.length > 1 ? whole.permissions.slice(0, -1) : whole.permissions;
  const description = whole.description.replace(/\s*\S+$/, '');
  return target.provider.normalise({
    ...whole,
    name: role.previously[0] ?? whole.name,
    description,
    permissions: [...kept, ...extra],
  });
}

async function plant({ remote }: Target, role: Role): Promise<void> {
  const change = create(role, { because: 'file', source: null });
  const id = await remote.create?.(change);
  if (id !== undefined) await remote.permissions?.([{ change, id }]);
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
