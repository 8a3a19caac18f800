/** The sandbox with one tenant per provider, and role files that point at it. */
import { onTestFinished } from 'vitest';
import {
  emptyState,
  issueDintero,
  issueRinne,
  issueRocketChat,
  type Sandbox,
  type SandboxOptions,
  type SandboxRequest,
  startSandbox,
} from './sandbox.ts';

export const account = 'T11112222';
export const company = 'comp-1';
export const workspace = 'chat';

export interface Remote {
  readonly sandbox: Sandbox;
  /** The variables that the targets below read. */
  readonly environment: Readonly<Record<string, string>>;
  /** Targets as role files define them, by provider. */
  readonly dintero: string;
  readonly rinne: string;
  readonly rocketchat: string;
  /** Requests since the last call, as `METHOD last-part-of-path`. */
  readonly sent: () => readonly string[];
  readonly requestsSince: () => readonly SandboxRequest[];
}

export async function remote(options: SandboxOptions = {}): Promise<Remote> {
  const sandbox = await startSandbox({ state: emptyState(), ...options });
  onTestFinished(() => sandbox.close());
  const { state, origin } = sandbox;
  const dintero = issueDintero(state.dintero, account);
  const rinne = issueRinne(state.rinne, company);
  const chat = issueRocketChat(state.rocketchat, workspace);
  let seen = 0;
  const requestsSince = () => {
    const fresh = sandbox.requests.slice(seen);
    seen = sandbox.requests.length;
    return fresh;
  };
  return {
    sandbox,
    environment: {
      DINTERO_CLIENT_ID: dintero.auth.clientId,
      DINTERO_CLIENT_SECRET: dintero.auth.clientSecret,
      RINNE_IDENTIFIER: rinne.auth.identifier,
      RINNE_PASSWORD: rinne.auth.password,
      ROCKETCHAT_USER_ID: chat.auth.userId,
      ROCKETCHAT_TOKEN: chat.auth.token,
    },
    dintero: `provider: dintero
auth:
  clientId: \${DINTERO_CLIENT_ID}
  clientSecret: \${DINTERO_CLIENT_SECRET}
targets:
  - name: acme
    account: ${account}
    baseUrl: ${origin + dintero.path}
`,
    rinne: `provider: rinne
auth:
  identifier: \${RINNE_IDENTIFIER}
  password: \${RINNE_PASSWORD}
targets:
  - name: rinne
    company: ${company}
    baseUrl: ${origin + rinne.path}
`,
    rocketchat: `provider: rocketchat
auth:
  userId: \${ROCKETCHAT_USER_ID}
  token: \${ROCKETCHAT_TOKEN}
targets:
  - name: chat
    baseUrl: ${origin + chat.path}
`,
    requestsSince,
    sent: () => requestsSince().map(({ method, path }) => `${method} ${path.split('/').at(-1)}`),
  };
}

/** The `roles:` of a file. */
export function rolesYaml(
  roles: readonly { readonly name: string; readonly permissions: readonly string[]; readonly description?: string }[],
): string {
  return `roles:\n${roles.map((role) => `  - ${JSON.stringify(role)}\n`).join('')}`;
}
