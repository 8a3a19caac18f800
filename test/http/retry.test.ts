import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ATTEMPTS, type Exchanged, LONGEST_WAIT, type Loss, type RetryDecision, retry } from '../../src/http/retry.ts';

const NOW = Date.parse('2026-03-01T12:00:00.000Z');

const answer = (status: number, headers: Record<string, string> = {}, text = ''): Exchanged => ({
  status,
  headers,
  text,
});
const lost = (kind: Loss): Exchanged => ({ lost: kind, reason: '' });
const wait = (ms: number): RetryDecision => ({ kind: 'wait', ms });
const pause = (ms: number): RetryDecision => ({ kind: 'pause', ms });
const giveUp: RetryDecision = { kind: 'give-up' };

interface Row {
  readonly what: string;
  readonly outcome: Exchanged;
  readonly attempt?: number;
  readonly repeatable: RetryDecision;
  readonly once: RetryDecision;
}

const same = (decision: RetryDecision) => ({ repeatable: decision, once: decision });

const table: readonly Row[] = [
  { what: '200', outcome: answer(200), ...same(giveUp) },
  { what: '400', outcome: answer(400), ...same(giveUp) },
  { what: '401', outcome: answer(401), ...same(giveUp) },
  { what: '409', outcome: answer(409), ...same(giveUp) },
  { what: '500', outcome: answer(500), ...same(giveUp) },
  { what: '502', outcome: answer(502), repeatable: wait(125), once: giveUp },
  { what: '503', outcome: answer(503), repeatable: wait(125), once: giveUp },
  {
    what: '503 with Retry-After',
    outcome: answer(503, { 'retry-after': '9' }),
    repeatable: pause(9000),
    once: { kind: 'give-up', asked: 9000 },
  },
  {
    what: '503, Retry-After as a date',
    outcome: answer(503, { 'retry-after': 'Sun, 01 Mar 2026 12:00:30 GMT' }),
    repeatable: pause(30_000),
    once: { kind: 'give-up', asked: 30_000 },
  },
  {
    what: '503, Retry-After as a date that has passed',
    outcome: answer(503, { 'retry-after': 'Sun, 01 Mar 2026 11:00:00 GMT' }),
    repeatable: pause(125),
    once: { kind: 'give-up', asked: 0 },
  },
  {
    what: '503, Retry-After as nonsense',
    outcome: answer(503, { 'retry-after': 'x' }),
    repeatable: wait(125),
    once: giveUp,
  },
  { what: '504 the third time', outcome: answer(504), attempt: 3, repeatable: wait(500), once: giveUp },
  { what: '504 the fourth time', outcome: answer(504), attempt: 4, ...same(giveUp) },
  { what: 'a closed connection', outcome: lost('dropped'), repeatable: wait(125), once: giveUp },
  { what: 'no answer in time', outcome: lost('timeout'), repeatable: wait(125), once: giveUp },
  { what: 'a refused connection', outcome: lost('unreachable'), ...same(wait(125)) },
  { what: 'no such host', outcome: lost('hopeless'), ...same(giveUp) },
  { what: 'an answer that cannot be used', outcome: lost('unusable'), ...same(giveUp) },
  { what: '429 without a word', outcome: answer(429), ...same(pause(125)) },
  { what: '429, Retry-After in seconds', outcome: answer(429, { 'retry-after': '7' }), ...same(pause(7000)) },
  { what: '429, Retry-After 0', outcome: answer(429, { 'retry-after': '0' }), ...same(pause(125)) },
  {
    what: '429, Retry-After as a date',
    outcome: answer(429, { 'retry-after': 'Sun, 01 Mar 2026 12:00:30 GMT' }),
    ...same(pause(30_000)),
  },
  {
    what: '429, Retry-After as a date that has passed',
    outcome: answer(429, { 'retry-after': 'Sun, 01 Mar 2026 11:00:00 GMT' }),
    ...same(pause(125)),
  },
  { what: '429, Retry-After as nonsense', outcome: answer(429, { 'retry-after': 'soon' }), ...same(pause(125)) },
  {
    what: '429, X-RateLimit-Reset in epoch milliseconds',
    outcome: answer(429, { 'x-ratelimit-reset': String(NOW + 1234) }),
    ...same(pause(1234)),
  },
  {
    what: '429, X-RateLimit-Reset in epoch seconds',
    outcome: answer(429, { 'x-ratelimit-reset': String(NOW / 1000 + 9) }),
    ...same(pause(9000)),
  },
  {
    what: '429, X-RateLimit-Reset as nonsense',
    outcome: answer(429, { 'x-ratelimit-reset': '0x99999999999' }),
    ...same(pause(125)),
  },
  {
    what: '429, X-RateLimit-Reset that has passed, with words',
    outcome: answer(429, { 'x-ratelimit-reset': String(NOW - 1) }, 'You must wait 12 seconds before'),
    ...same(pause(12_000)),
  },
  { what: '429 in words', outcome: answer(429, {}, '{"error":"… wait 3 seconds …"}'), ...same(pause(3000)) },
  {
    what: '429 for exactly the longest wait',
    outcome: answer(429, { 'retry-after': '120' }),
    ...same(pause(LONGEST_WAIT)),
  },
  {
    what: '429 for longer',
    outcome: answer(429, { 'retry-after': '121' }),
    ...same({ kind: 'give-up', asked: 121_000 }),
  },
  {
    what: '429 the fourth time',
    outcome: answer(429, { 'retry-after': '5' }),
    attempt: 4,
    ...same({ kind: 'give-up', asked: 5000 }),
  },
];

describe('the retry table', () => {
  it.each(table)('$what', ({ outcome, attempt = 1, repeatable, once }) => {
    expect(retry(attempt, outcome, { repeatable: true }, NOW, 0)).toEqual(repeatable);
    expect(retry(attempt, outcome, { repeatable: false }, NOW, 0)).toEqual(once);
  });

  it('doubles the back-off, half of it by chance', () => {
    const back = (attempt: number, random: number) => retry(attempt, answer(503), { repeatable: true }, NOW, random);
    expect([1, 2, 3].map((attempt) => back(attempt, 0))).toEqual([wait(125), wait(250), wait(500)]);
    expect([1, 2, 3].map((attempt) => back(attempt, 0.999999))).toEqual([wait(250), wait(500), wait(1000)]);
  });

  it('never waits longer than two minutes, never less than the back-off, never after the last attempt', () => {
    const status = fc.constantFrom(200, 400, 401, 429, 500, 502, 503, 504);
    const value = fc.oneof(
      fc.string(),
      fc.integer().map(String),
      fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
    );
    const headers = fc.record({ 'retry-after': value, 'x-ratelimit-reset': value }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), status, headers, fc.boolean(), (attempt, code, given, repeatable) => {
        const sent = Object.fromEntries(Object.entries(given).map(([key, text]) => [key, text ?? '']));
        const decision = retry(attempt, answer(code, sent), { repeatable }, NOW, 0.5);
        if (decision.kind === 'give-up') return;
        expect(decision.ms).toBeGreaterThanOrEqual(125);
        expect(decision.ms).toBeLessThanOrEqual(LONGEST_WAIT);
        expect(attempt).toBeLessThan(ATTEMPTS);
      }),
    );
  });
});
