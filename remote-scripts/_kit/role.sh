# shellcheck shell=sh
# The role of a host that has a setup text: that first (module, source, conda), under a login bash where there is one.
HR_SETUP_KIT=$HR_KIT HR_SETUP_JOB=$HR_JOB HR_SETUP_ID=$HR_JOB_ID HR_SETUP_SCRIPT=$HR_SCRIPT
# shellcheck disable=SC1091
. "$HR_JOB/setup.sh" || exit 70
HR_KIT=$HR_SETUP_KIT HR_JOB=$HR_SETUP_JOB HR_JOB_ID=$HR_SETUP_ID HR_OUT=$HR_SETUP_JOB/out LC_ALL=C HR_JOB_MARK=":$HR_SETUP_ID:"
export HR_KIT HR_JOB HR_JOB_ID HR_OUT LC_ALL HR_JOB_MARK
printf '' >"$HR_JOB/setup_done"
# shellcheck disable=SC1091
. "$HR_JOB/spec.env"
cd "$HR_OUT" || exit 1
exec sh "$HR_KIT/$HR_SETUP_SCRIPT" >stdout 2>stderr
