/** All that is judged after a run, by somebody who shares nothing with what is judged. */
import type { Played } from '../play.ts';
import { checkAbsence } from './absence.ts';
import { checkEndings } from './endings.ts';
import type { Finding } from './finding.ts';
import { checkHealing } from './healing.ts';
import { checkPlans, checkReviewed } from './reviewed.ts';
import { checkSecrets } from './secrets.ts';
import { checkTwins } from './twins.ts';
import { checkWrites } from './writes.ts';

/** Distinct findings. */
export function check(played: Played): readonly Finding[] {
  const checks = [
    checkEndings,
    checkWrites,
    checkTwins,
    checkAbsence,
    checkReviewed,
    checkPlans,
    checkSecrets,
    checkHealing,
  ];
  const found = checks.flatMap((one) => one(played));
  return [...new Map(found.map((finding) => [JSON.stringify(finding), finding])).values()];
}
