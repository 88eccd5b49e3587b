# Runs in the booted machine: a live patch that is enabled holds its module.
set -eu
patch=/sys/kernel/livepatch/klp_patch
while [ "$(cat $patch/transition)" != 0 ]; do sleep 1; done
echo 0 >$patch/enabled
while [ -e $patch ]; do sleep 1; done
