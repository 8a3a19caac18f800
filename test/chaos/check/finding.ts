/** What a check found broken: the name of the invariant and a sentence. */

export interface Finding {
  readonly invariant: Invariant;
  readonly message: string;
}

export const invariants = {
  bug: 'every command ends by itself, with an exit code of its table',
  document: 'with --format json standard output is one document',
  'exit-code': 'the exit code says what the outcomes say, and 0 only where live is what the files want',
  done: 'what is reported as done is live',
  'not-done': 'what is reported as failed, skipped, moved or withheld was not carried out',
  unreported: 'every role that was written has an outcome',
  refused: 'a run that says it was refused, and a tampered plan, write nothing; a plan never writes',
  unreviewed: 'apply --plan writes only effects that the plan holds',
  gap: 'no permission that was there before and is wanted after is ever missing',
  empty: 'no role that is to have permissions ends without any',
  protected: 'a protected role loses nothing',
  unmanaged: 'nothing that no file names is touched',
  twin: 'no role is there twice',
  'looked-up': 'a name is taken only after a look at all roles since the plan, to the end of the list',
  overwritten: 'nobody is overwritten but within the last round trip',
  moved: 'a role that is not what the plan saw is not written',
  'read-first': 'a role is read just before it is written',
  adjacent: 'with one request at a time nothing of a run comes between a read and the write that rests on it',
  planned: 'no create of what is live and no delete of what is wanted is planned, whatever a list says',
  interrupted: 'an interrupt starts no further write',
  secret: 'no secret is in any output',
  heals: 'applied again in peace, it converges, and then nothing is left to do',
} as const;

export type Invariant = keyof typeof invariants;
