/** Whether a reviewed plan is about these targets, and not too old. Pure. */
import { isPlanned, type Plan } from '../plan.ts';

/** Why it cannot be used, as the end of "the reviewed plan …"; undefined: it can. `part`: only some targets are looked at. */
export function unusable(reviewed: Plan, now: Plan, part: boolean): string | undefined {
  for (const then of reviewed.targets) {
    const found = now.targets.find(({ name }) => name === then.name);
    if (found === undefined && part) continue;
    if (found === undefined) return `is for the target \`${then.name}\`, which the files no longer define`;
    const moved = (['provider', 'baseUrl', 'tenant'] as const).find((key) => found[key] !== then[key]);
    if (moved !== undefined) return `is for another ${moved} of the target \`${then.name}\` than the files have now`;
    if (!isPlanned(then)) return `could not read the target \`${then.name}\`, so nobody saw its changes`;
  }
  return undefined;
}

/** The same for its age: `now` and `most` in milliseconds. A plan from the future was made by a clock that cannot be trusted. */
export function tooOld({ at }: Plan, now: number, most: number): string | undefined {
  const age = now - Date.parse(at);
  if (Number.isNaN(age)) return `does not say when it was made (${at})`;
  if (age > most)
    return `was made ${days(age)} days ago (${at}), and at most ${days(most)} days are accepted (\`--max-plan-age\`)`;
  return age < -ALLOWED_SKEW ? `was made in the future (${at}): check the clock of this machine` : undefined;
}

const ALLOWED_SKEW = 3_600_000;

function days(ms: number): string {
  return String(Math.round(ms / 8_640_000) / 10);
}
