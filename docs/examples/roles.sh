#!/bin/sh
# Plan, review and apply by hand or from any CI. Run it in the repository with the folder `roles`.
#
#   roles.sh plan FILE [REV]   what merging REV (default: HEAD) would change; keeps the plan in FILE, for review and for apply
#   roles.sh review FILE       shows a plan that was kept; needs neither network nor credentials
#   roles.sh apply FILE...     on the default branch, after the merge: writes what these reviewed plans show, nothing else
#   roles.sh drift             on the default branch: ends with 2 if the live roles differ from it
#
# `plan` and `drift` want credentials that can only read, `apply` those that can write, under the names that the role files
# use. ROLES_MAIN is the default branch (main), and ROLESYNC_ALLOW_HOSTS names each Rocket.Chat workspace.
set -eu
main=${ROLES_MAIN:-main}

fail() {
  echo "roles.sh: $1" >&2
  exit 1
}

on_main() {
  [ "$(git rev-parse HEAD)" = "$(git rev-parse "$main^{commit}")" ] || fail "check $main out first"
  [ -z "$(git status --porcelain -- roles)" ] || fail 'roles/ has changes that are not committed'
}

case "${1-}" in
  plan)
    [ $# -ge 2 ] || fail 'which FILE is to hold the plan?'
    rev=${3-HEAD}
    # Otherwise the plan would undo what was merged since.
    git merge-base --is-ancestor "$main" "$rev" || fail "$rev lacks commits of $main: merge $main into it first"
    exec rolesync plan --rev "$rev" --base "$main" --trust "$main" --out "$2"
    ;;
  review)
    [ $# -eq 2 ] || fail 'which FILE holds the plan?'
    exec rolesync show "$2"
    ;;
  apply)
    shift
    [ $# -ge 1 ] || fail 'which FILEs hold the reviewed plans?'
    on_main
    for file; do
      set -- "$@" --plan "$file"
      shift
    done
    exec rolesync apply "$@"
    ;;
  drift)
    on_main
    exec rolesync plan --base "$main" --detailed-exitcode
    ;;
  *)
    fail 'plan FILE [REV] | review FILE | apply FILE... | drift'
    ;;
esac
