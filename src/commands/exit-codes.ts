/** What the exit codes of the command mean: the same for every format. */

export const exitCodes = {
  done: 0,
  error: 1,
  /** `plan --detailed-exitcode`: something differs. */
  differs: 2,
  /** `apply` refused, or did what it may and withheld the rest. */
  withheld: 3,
  interrupted: 130,
} as const;
