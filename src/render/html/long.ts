/** Whether a plan has more effects than a page can spell out twice: then it counts them, and its script lists them where asked. */
import { isPlanned, type Plan, type PlannedTarget } from '../../core/plan.ts';

/** A page of so many is some three megabytes large, and opens at once. */
const mostSpelled = 10_000;

export function isLong({ targets }: Plan): boolean {
  return targets.filter(isPlanned).reduce((sum, target) => sum + effectsOf(target), 0) > mostSpelled;
}

function effectsOf({ changes, withheld }: PlannedTarget): number {
  return [...changes, ...withheld].reduce((sum, { grants, revokes }) => sum + grants.length + revokes.length, 0);
}
