/** The whole plan in one line for whoever has ten seconds. Plain text of our own words and numbers: no foreign text. */
import { parts } from '../core/change.ts';
import { isPlanned, missingShards, type Plan } from '../core/plan.ts';
import { gainsPower, type MeaningOf } from './access.ts';
import { count } from './style.ts';

/** `2 roles change, 1 gains power, 1 part withheld`, after what is missing; counted also over what a view leaves out. */
export function verdict(plan: Plan, access: MeaningOf): string {
  const planned = plan.targets.filter(isPlanned);
  const changes = planned.flatMap(({ changes, provider }) => changes.map((change) => ({ change, provider })));
  const powerful = changes.filter(({ change, provider }) => gainsPower(change, provider, access)).length;
  const drifted = changes.filter(({ change }) => change.drift?.length === parts(change).length).length;
  const deleted = changes.filter(({ change }) => change.action === 'delete').length;
  const withheld = planned.flatMap((target) => target.withheld.map(partsWithheld)).reduce((sum, some) => sum + some, 0);
  const released = plan.safeguards.filter(({ code }) => code === 'role-unmanaged').length;
  const moved = plan.safeguards.length - released;
  const rest = [
    some(powerful, `${powerful} ${powerful === 1 ? 'gains' : 'gain'} power`),
    some(deleted, `${deleted} ${deleted === 1 ? 'is' : 'are'} deleted`),
    some(drifted, `${drifted} only ${drifted === 1 ? 'repairs' : 'repair'} drift`),
    some(released, `${count(released, 'role')} no longer managed`),
    some(moved, `${count(moved, 'safeguard')} moved`),
    some(withheld, `${count(withheld, 'part')} withheld`),
  ];
  const all = [some(changes.length, count(changes.length, 'role changes', 'roles change')), ...rest];
  const known = all.filter((text) => text !== '').join(', ');
  const missing = incomplete(plan).replace(/^i/, 'I');
  return [missing, known].filter((text) => text !== '').join('; ') || unchanged(plan);
}

function unchanged({ restated = 0 }: Plan): string {
  return restated === 0 ? 'No changes' : `${count(restated, 'role')} restated, no access changes`;
}

/** `incomplete, 1 target could not be read`; '' where every target is planned. Without it a plan would claim to be whole. */
export function incomplete(plan: Plan): string {
  const failed = plan.targets.flatMap((target) => (isPlanned(target) ? [] : target));
  const untrusted = failed.filter(({ error }) => error.code === 'untrusted').length;
  const unread = failed.length - untrusted;
  const part = partOnly(plan);
  if (failed.length === 0 && part === '') return '';
  return [
    'incomplete',
    ...(part === '' ? [] : [part]),
    ...(unread > 0 ? [`${count(unread, 'target')} could not be read`] : []),
    ...(untrusted > 0 ? [`${count(untrusted, 'new destination')} for credentials`] : []),
  ].join(', ');
}

/** `only part 2 of 4`, or `part 3 of 4 is missing`: whichever is shorter to say. */
function partOnly({ part }: Plan): string {
  const missing = missingShards({ ...(part && { part }) });
  if (part === undefined || missing.length === 0) return '';
  const named = (numbers: readonly number[]) => {
    const shown = numbers.slice(0, 8).join(', ');
    const more = numbers.length > 8 ? ` and ${numbers.length - 8} more` : '';
    return `part${numbers.length === 1 ? '' : 's'} ${shown}${more} of ${part.of}`;
  };
  if (part.shards.length === 1) return `only ${named(part.shards)}`;
  return `${named(missing)} ${missing.length === 1 ? 'is' : 'are'} missing`;
}

/** A create and a delete are withheld whole, and so one part. */
function partsWithheld(change: Parameters<typeof parts>[0]): number {
  return change.action === 'update' ? parts(change).length : 1;
}

function some(amount: number, text: string): string {
  return amount === 0 ? '' : text;
}
