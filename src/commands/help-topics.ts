/** `rolesync help TOPIC`: what a person should know before the flags, one screen each. Text only. */

export interface Topic {
  readonly summary: string;
  readonly text: string;
}

const files = `Role files

A role file is YAML: a provider, the targets it reaches, and the roles that are to be there.

  provider: NAME
  auth:                        # in each provider's own words
    token: \${NAME_TOKEN}
  targets:
    - name: acme-test          # unique over all files
  roles:
    - name: order support
      description: Administrate orders
      permissions: [read:orders]

* Commands read the folder \`roles\`, or the files and folders you name.
* A field that you leave out keeps its live value. A role that you leave out is never touched,
  unless its target says \`unmanaged: delete\`.
* \`permissions\` is the whole set: what is live and not listed is taken away.
* Rename with \`previously: [old name]\`, so that its holders keep the role.
  Delete with \`ensure: absent\`. \`protected: true\` keeps a role from losing anything.
* A secret is always a variable, \${NAME}; one that is written out is an error.
  Variables work in \`auth\` and \`targets\`, never in \`roles\`.
* A target without \`auth\` takes the entry with its name from the map in ROLESYNC_SECRETS.
* A target defined in one file can be named in another: \`targets: [acme-test]\`.

Next: rolesync import writes down live roles that no file names; rolesync validate checks files
without a network; rolesync permissions PROVIDER lists what you can write; rolesync pull takes over
what was changed live.
`;

const review = `Review

This way nothing is written that nobody has seen.

  rolesync plan --out plan.json      on a branch: what would change, saved
  rolesync show plan.json            read it again; no network, no credentials
  rolesync apply --plan plan.json    after the merge: write that and nothing else

* \`apply\` plans again before it writes. What the saved plan does not show, or what has changed
  since, stays as it is, and the run ends with 3.
* \`--base REV\` tells two things apart: what this branch changes, and drift, which is what
  somebody changed by hand on the live system.
* \`--trust REV\` sends credentials only where the role files of that revision already send them.
  Use it wherever the files come from somebody else's branch.
* On a terminal, \`apply\` without a plan shows one and asks. \`--yes\` does not ask.
* A plan is good for 30 days, and any edit of the file is refused. That is no signature: keep
  plans where only reviewers can write.

docs/ci.md has the same steps for GitHub, GitLab and a plain shell.
`;

const safety = `Safety

* Planning cannot write. A failed or partial read stops its target and never becomes a change.
* Each role is read again just before it is written. If it has moved since the plan, it is left
  alone and reported as \`moved\`.
* Permissions are granted before others are revoked, and nothing is revoked if a grant failed.
* After an apply rolesync reads what is live once more and reports whether it took.
* What is forbidden is withheld, with the reason: changes of built-in roles, losses of protected
  ones, your own last way in. What is dangerous, such as deleting a role that people hold, is
  withheld until \`acknowledge\` in the role file accepts it.
* Credentials go to the provider's own hosts and to loopback. Any other host must be allowed, with
  \`--allow-host\` or in ROLESYNC_ALLOW_HOSTS. No message, plan or log holds a secret.
* What somebody writes in the instant between the last read and the write is overwritten:
  the providers offer no way to prevent it.

Exit codes: 0 done, or nothing to do. 1 error. 2 something differs (plan --detailed-exitcode).
3 withheld, refused or moved. 130 interrupted: writes in flight were finished.

To try it without an account: rolesync demo, or plan, apply and pull with --sandbox.
`;

export const topics: ReadonlyMap<string, Topic> = new Map([
  ['files', { summary: 'what stands in a role file, and what it means', text: files }],
  ['review', { summary: 'how a change is planned, reviewed and applied', text: review }],
  ['safety', { summary: 'what rolesync never does, and what ends with which exit code', text: safety }],
]);
