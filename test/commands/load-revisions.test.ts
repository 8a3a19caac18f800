/** The revision whose exceptions may end: what cannot be read of it approves nothing, and stops nothing. */
import { afterAll, describe, expect, it } from 'vitest';
import { loadRevisions } from '../../src/commands/load-revisions.ts';
import { fileReader } from '../../src/config/index.ts';
import { language } from '../config/memory.ts';
import { removeTemporary, repository } from '../files/git-repository.ts';

afterAll(removeTemporary);

const files = `provider: dintero
auth: { token: "\${DINTERO_TOKEN}" }
targets: [{ name: acme, account: T11112222 }]
roles: [{ name: support, permissions: [read:accounts] }]
exceptions:
  - { role: support, add: [read:receipts], until: 2026-12-31, reason: INC-42 }
`;

function ended(text: string, today: string) {
  const repo = repository();
  repo.commit({ 'roles/a.yaml': text });
  let said = '';
  const output = { write: () => undefined, isTerminal: false, columns: 80 };
  const { isEndedSince } = loadRevisions([], { endsOf: 'HEAD' }, { language, readFile: fileReader(language) }, today, {
    cwd: repo.folder,
    environment: repo.options.environment,
    stdout: output,
    stderr: {
      ...output,
      write: (more) => {
        said += more;
      },
    },
    ask: undefined,
    signal: new AbortController().signal,
    now: () => 0,
  });
  return { approved: isEndedSince('acme', 'support', 'read:receipts'), said };
}

describe('the revision whose exceptions may end', () => {
  it('approves the end of an exception that it has, from the day after', () => {
    expect(ended(files, '2027-01-01')).toEqual({ approved: true, said: '' });
    expect(ended(files, '2026-12-31')).toEqual({ approved: false, said: '' });
    expect(ended(files.replace('read:receipts', 'read:hooks'), '2027-01-01')).toEqual({ approved: false, said: '' });
  });

  it('approves nothing and says why where its files have mistakes', () => {
    const { approved, said } = ended(files.replace('role: support', 'role: nobody'), '2027-01-01');
    expect(approved).toBe(false);
    expect(said).toContain(
      'exceptions that have ended are not revoked, because the role files of `HEAD` cannot be used',
    );
  });
});
