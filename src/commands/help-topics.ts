/** `rolesync help TOPIC`: what a person should know before the flags, one screen each. Text only. */

export interface Topic {
  readonly summary: string;
  readonly text: string;
}

const files = `Role files

A role file is YAML: a provider, its targets, and the roles they should have.

  provider: NAME
  auth:                        # in each provider's own words
    token: \${NAME_TOKEN}
  targets:
    - name: acme-test          # unique across all files
      labels: [retail]
  roles:
    - name: order support
      description: Administrate orders
      permissions: [read:orders]

* Commands read the folder \`roles\`, or the files and folders you name.
* A field that you omit keeps its live value. A role that you omit is never touched, unless its
  target says \`unmanaged: delete\`.
* \`permissions\` is the whole set: a live permission that is not listed is revoked.
* Rename with \`previously: [old name]\`, so that holders keep the role. Delete with
  \`ensure: absent\`. With \`protected: true\`, a role never loses anything.
* A secret is always a variable, \${NAME}; one written out in the file is an error.
  Variables work in \`auth\` and \`targets\`, never in \`roles\`.
* A target without \`auth\` uses the entry with its name in ROLESYNC_SECRETS.
* Another file can name a target, \`targets: [acme-test]\`, or select targets by their labels:
  \`targets: { labels: [retail] }\`.
* A permission set is a named list that any role can use:
  \`permissionSets: { support-read: [read:orders] }\`, then \`permissions: [set: support-read]\`.
  \`without\` removes single permissions from the sets of a role.
* An exception lets single targets differ, with a reason and optionally a last day for \`add\`:
  \`exceptions: [{ role: order support, add: [...], reason: ..., until: 2027-06-30 }]\`.

Next: \`rolesync import\` writes live roles to files, \`rolesync validate\` checks files without a
network, \`rolesync permissions PROVIDER\` lists what you can grant, and \`rolesync pull\` brings live
changes into the files.
`;

const review = `Review

Nothing is written that nobody has seen.

  rolesync plan --out plan.json      on a branch: what would change, saved
  rolesync show plan.json            read it again; no network, no credentials
  rolesync apply --plan plan.json    after the merge: write that and nothing else

* \`apply\` plans again before it writes. Whatever the saved plan does not show, or has changed
  since, is left alone, and the run exits with 3.
* \`--base REV\` separates what this branch changes from drift: what somebody changed by hand on
  the live system.
* \`--trust REV\` sends credentials only where the role files of that revision already send them.
  Use it whenever the files come from somebody else's branch.
* On a terminal, \`apply\` without a plan shows one and asks. \`--yes\` skips the question.
* A plan is valid for 30 days, and an edited plan is refused. That is not a signature: keep plans
  where only reviewers can write.

docs/ci.md and docs/gitlab.md show the same steps for GitHub, GitLab and a plain shell.
`;

const safety = `Safety

* Planning cannot write. A failed or partial read stops its target and never becomes a change.
* Each role is read again just before it is written. If it has changed since the plan, it is left
  alone and reported as \`moved\`.
* Grants come before revokes, and nothing is revoked if a grant failed.
* After an apply, rolesync reads the live roles once more and verifies the result.
* Forbidden changes are withheld, with the reason: changes to built-in roles, losses of protected
  roles, your own last access. Dangerous changes, such as deleting a role that people hold, are
  withheld until \`acknowledge\` in the role file accepts them.
* Credentials go only to the provider's own hosts and to loopback. Allow any other host with
  \`--allow-host\` or ROLESYNC_ALLOW_HOSTS. No message, plan or log contains a secret.
* A change that somebody makes in the instant between the last read and the write is overwritten:
  the providers offer no way to prevent it.

Exit codes: 0 done, or nothing to do. 1 error. 2 something differs (plan --detailed-exitcode).
3 withheld, refused or moved. 130 interrupted: writes in flight were finished.

To try it without an account: \`rolesync demo\`, or \`plan\`, \`apply\` and \`pull\` with --sandbox.
`;

export const topics: ReadonlyMap<string, Topic> = new Map([
  ['files', { summary: 'what a role file contains, and what it means', text: files }],
  ['review', { summary: 'how a change is planned, reviewed and applied', text: review }],
  ['safety', { summary: 'what rolesync never does, and what each exit code means', text: safety }],
]);
