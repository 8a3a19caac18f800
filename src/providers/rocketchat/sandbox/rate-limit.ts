/** Rocket.Chat's rate limiter: so many calls per route and address in a window, told in X-RateLimit headers of milliseconds. */
import type { Answer } from '../../../sandbox/call.ts';
import { failure, holds, type Visit } from './handler.ts';

interface Verdict {
  readonly headers: Readonly<Record<string, string>>;
  readonly refusal?: Answer;
}

/** Counts the call. Holders of `api-bypass-rate-limit` are neither counted nor told. */
export function overLimit({ world, name, workspace, call, user }: Omit<Visit, 'input'>, route: string): Verdict {
  const limit = workspace.rateLimit;
  if (limit === null || holds(workspace, user, 'api-bypass-rate-limit')) return { headers: {} };
  const now = world.now();
  const key = JSON.stringify([name, call.address, route]);
  const running = world.memory.windows.get(key);
  const window = running !== undefined && running.resets > now ? running : { count: 0, resets: now + limit.windowMs };
  world.memory.windows.set(key, window);
  window.count += 1;
  const headers = {
    'x-ratelimit-limit': String(limit.calls),
    'x-ratelimit-remaining': String(Math.max(0, limit.calls - window.count)),
    'x-ratelimit-reset': String(window.resets),
  };
  if (window.count <= limit.calls) return { headers };
  const seconds = Math.ceil((window.resets - now) / 1000);
  const wait = `You must wait ${seconds} seconds before trying this endpoint again.`;
  const error = `Error, too many requests. Please slow down. ${wait} [error-too-many-requests]`;
  return { headers, refusal: failure(429, error) };
}
