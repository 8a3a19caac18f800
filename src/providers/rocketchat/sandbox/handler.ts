/** A call on a Rocket.Chat workspace, who makes it, and the server's ways to answer and to refuse. */
import type { Answer, Call } from '../../../sandbox/call.ts';
import type { ChatUser, ChatWorld, Workspace } from './state.ts';

export interface Visit<Input = unknown> {
  readonly world: ChatWorld;
  /** The name of the workspace. */
  readonly name: string;
  readonly workspace: Workspace;
  readonly call: Call;
  readonly user: ChatUser;
  /** Now, as the API writes it. */
  readonly time: string;
  /** Query or body, checked against the schema of the route. */
  readonly input: Input;
}

export function success(body: object, wrote = false): Answer {
  return { status: 200, body: { ...body, success: true }, wrote };
}

export function failure(status: number, error: string, errorType?: string): Answer {
  return { status, body: { success: false, error, ...(errorType === undefined ? {} : { errorType }) } };
}

/** What the server makes of an error that a handler throws: 400 for nearly everything, the code in `errorType`. */
export function thrown(errorType: string, reason: string): Answer {
  return failure(400, `${reason} [${errorType}]`, errorType);
}

export const notFound: Answer = failure(404, 'API endpoint not found');

/** Whether one of the user's roles of scope Users is in the permission's list. */
export function holds(workspace: Workspace, user: ChatUser, permission: string): boolean {
  const roles = workspace.permissions.find((row) => row._id === permission)?.roles ?? [];
  return roles.some((role) => user.roles.includes(role));
}

/** `updatedSince` as ISO text, '' where it is left out, undefined where it is no date. */
export function updatedSince({ call }: Visit): string | undefined {
  const text = call.query['updatedSince'] ?? '';
  if (text === '') return '';
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

export function badDate(): Answer {
  return thrown('error-invalid-param', 'The "updatedSince" query parameter must be a valid date');
}
