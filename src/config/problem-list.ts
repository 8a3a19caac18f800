/** The mistakes of one file: of each kind the first hundred one by one, and the others as a number. */
import type { Problem } from '../core/problem.ts';

const listed = 100;

export interface ProblemList {
  /** `make` is called for what is listed only: finding the right word for a mistake may cost more than finding the mistake. */
  readonly add: (kind: string, make: () => Problem) => void;
  readonly problems: () => readonly Problem[];
}

export function createProblemList(): ProblemList {
  const problems: Problem[] = [];
  const counts = new Map<string, number>();
  const further = new Map<string, Problem>();
  return {
    add: (kind, make) => {
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      if (count <= listed) problems.push(make());
      else if (count === listed + 1) further.set(kind, make());
    },
    problems: () => [
      ...problems,
      ...[...further].map(([kind, first]) => rest(first, (counts.get(kind) ?? 0) - listed)),
    ],
  };
}

function rest(first: Problem, count: number): Problem {
  return count === 1 ? first : { ...first, message: `${count} more like this after this one are not listed` };
}
