#!/bin/sh
# Plan, review and apply by hand or from any CI. Run it in the repository with the folder `roles`.
#
#   roles.sh plan FILE [REV]   show what merging REV (default: HEAD) would change, and save the plan in FILE for review and apply
#   roles.sh review FILE       show a saved plan; needs neither network nor credentials
#   roles.sh apply FILE...     on the default branch, after the merge: write what these reviewed plans show, and nothing else
#   roles.sh drift             on the default branch: exit with 2 if the live roles differ from it
#
# Set the variables that the role files read: credentials that can only read for `plan` and `drift`, credentials that can write for
# `apply`. ROLES_MAIN names the default branch (default: main). List each Keycloak server and Rocket.Chat workspace in
# ROLESYNC_ALLOW_HOSTS.
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
    [ $# -ge 2 ] || fail 'give the FILE to save the plan in'
    rev=${3-HEAD}
    # Without it, the plan would undo what has been merged since.
    git merge-base --is-ancestor "$main" "$rev" || fail "$rev lacks commits of $main: merge $main into it first"
    exec rolesync plan --rev "$rev" --base "$main" --trust "$main" --out "$2"
    ;;
  review)
    [ $# -eq 2 ] || fail 'give the FILE of the plan'
    exec rolesync show "$2"
    ;;
  apply)
    shift
    [ $# -ge 1 ] || fail 'give the FILEs of the reviewed plans'
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
