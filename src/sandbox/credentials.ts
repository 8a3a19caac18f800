/** How to log in to every tenant of a state: its first identity that can, or a robot that is let in for it. */
import { admitDintero, admitRinne, admitRocketChat, paths } from './admit.ts';
import { own, type RinneCompany, type State } from './state.ts';

export interface Credentials {
  /** 'Dintero, account T11112222' */
  readonly title: string;
  /** The first of its API. */
  readonly first: boolean;
  /** The variable of the base URL, with the path that follows the origin. */
  readonly path: Readonly<Record<string, string>>;
  /** The other variables, as the example role files name them. */
  readonly variables: Readonly<Record<string, string>>;
}

export function credentials(state: State): readonly Credentials[] {
  const { dintero, rinne, rocketchat } = state;
  return [
    ...Object.keys(dintero.accounts).map((account, at) => ofDintero(state, account, at === 0)),
    ...[...rinne.companies].map((company, at) => ofRinne(state, company, at === 0)),
    ...Object.keys(rocketchat.workspaces).map((workspace, at) => ofRocketChat(state, workspace, at === 0)),
  ];
}

function ofDintero(state: State, account: string, first: boolean): Credentials {
  const client = own(state.dintero.accounts, account)?.clients[0] ?? admitDintero(state, account).auth;
  return {
    title: `Dintero, account ${account}`,
    first,
    path: { DINTERO_BASE_URL: paths.dintero },
    variables: {
      DINTERO_ACCOUNT: account,
      DINTERO_CLIENT_ID: client.clientId,
      DINTERO_CLIENT_SECRET: client.clientSecret,
    },
  };
}

function ofRinne(state: State, { id: company, name }: RinneCompany, first: boolean): Credentials {
  const member = state.rinne.users.find((user) => user.companies.some(({ id }) => id === company));
  const user = member ?? admitRinne(state, company).auth;
  return {
    title: `Rinne, company ${name}`,
    first,
    path: { RINNE_BASE_URL: paths.rinne },
    variables: { RINNE_COMPANY: company, RINNE_IDENTIFIER: user.identifier, RINNE_PASSWORD: user.password },
  };
}

function ofRocketChat(state: State, workspace: string, first: boolean): Credentials {
  const users = own(state.rocketchat.workspaces, workspace)?.users ?? [];
  const [user] = users.flatMap(({ _id, tokens: [token] }) => (token === undefined ? [] : [{ userId: _id, token }]));
  const { userId, token } = user ?? admitRocketChat(state, workspace).auth;
  return {
    title: `Rocket.Chat, workspace ${workspace}`,
    first,
    path: { ROCKETCHAT_BASE_URL: paths.rocketchat(workspace) },
    variables: { ROCKETCHAT_USER_ID: userId, ROCKETCHAT_TOKEN: token },
  };
}
