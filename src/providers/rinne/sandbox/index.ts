/** The stand-in of Rinne, as it registers with the sandbox. */
import { type StandIn, standIn } from '../../../sandbox/stand-in.ts';
import { issueCredentials, logins, prefix } from './credentials.ts';
import { refuse } from './handler.ts';
import { rinne } from './routes.ts';
import { furnish } from './seed.ts';
import type { Rinne, RinneToken } from './state.ts';
import { schema } from './state-schema.ts';

export const rinneSandbox: StandIn = standIn<Rinne>({
  name: 'rinne',
  prefix,
  empty: () => ({ companies: [], users: [], roles: [] }),
  schema,
  furnish,
  issueCredentials,
  logins,
  open: (opening) => {
    const memory = new Map<string, RinneToken>();
    return {
      run: (call) => rinne({ ...opening, memory }, call),
      refuse: (status, message, call) => {
        const code = status === 413 ? 'PAYLOAD_TOO_LARGE' : 'INTERNAL_ERROR';
        return refuse({ code, message }, call.path, opening.now());
      },
      expireTokens: () => memory.clear(),
    };
  },
});
