/** The stand-in of Rocket.Chat, as it registers with the sandbox. */
import { type StandIn, type Switches, standIn } from '../../../sandbox/stand-in.ts';
import { issueCredentials, logins, prefix } from './credentials.ts';
import { failure } from './handler.ts';
import { rocketchat } from './routes.ts';
import { furnish } from './seed.ts';
import type { ChatMemory, RocketChat } from './state.ts';
import { schema } from './state-schema.ts';

export const rocketchatSandbox: StandIn = standIn<RocketChat>({
  name: 'rocketchat',
  prefix,
  address: `${prefix}/<workspace>`,
  empty: () => ({ workspaces: {} }),
  schema,
  furnish,
  issueCredentials,
  logins,
  configure,
  open: (opening) => {
    const memory: ChatMemory = { tokens: new Map(), windows: new Map() };
    return {
      run: (call) => rocketchat({ ...opening, memory }, call),
      refuse: (status, message) => failure(status, message),
      // A personal access token is no session: it stays.
      expireTokens: () => undefined,
    };
  },
});

/** The robots are admins, whom the limiter spares by default: with it on, being an admin does not help. */
function configure(state: RocketChat, { rateLimit, licence }: Switches): void {
  for (const workspace of Object.values(state.workspaces)) {
    if (licence === false) workspace.customRoles = false;
    if (rateLimit !== true) continue;
    workspace.rateLimit = { calls: 10, windowMs: 60_000 };
    const { permissions } = workspace;
    permissions.forEach((row, at) => {
      const roles = row.roles.filter((role) => role !== 'admin');
      if (row._id === 'api-bypass-rate-limit') permissions[at] = { ...row, roles };
    });
  }
}
