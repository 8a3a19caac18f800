/** The stand-in of Dintero, as it registers with the sandbox. */
import { type StandIn, standIn } from '../../../sandbox/stand-in.ts';
import { issueCredentials, logins, prefix } from './credentials.ts';
import { error } from './handler.ts';
import { dintero } from './routes.ts';
import { furnish } from './seed.ts';
import type { Dintero, DinteroToken } from './state.ts';
import { schema } from './state-schema.ts';

export const dinteroSandbox: StandIn = standIn<Dintero>({
  name: 'dintero',
  prefix,
  empty: () => ({ accounts: {} }),
  schema,
  furnish,
  issueCredentials,
  logins,
  open: (opening) => {
    const memory = new Map<string, DinteroToken>();
    return {
      run: (call) => dintero({ ...opening, memory }, call),
      refuse: (status, message) => error(status, message),
      expireTokens: () => memory.clear(),
    };
  },
});
