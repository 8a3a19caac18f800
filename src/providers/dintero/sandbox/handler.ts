/** A call on a Dintero account whose token was accepted, and the API's way to refuse. */
import type { Answer, Call } from '../../../sandbox/call.ts';
import type { DinteroAccount, DinteroToken } from './state.ts';

export interface Visit {
  readonly data: DinteroAccount;
  readonly call: Call;
  readonly id: string;
  readonly token: DinteroToken;
  /** Now, as the API writes it. */
  readonly time: string;
}

/** Dintero's error body; `code` and `errors` are optional there. */
export function error(status: number, message: string, errors?: readonly object[]): Answer {
  return { status, body: { error: { message, ...(errors === undefined ? {} : { errors }) } } };
}
