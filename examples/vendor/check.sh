# Runs in the booted machine, after the modules were loaded.
set -eu
test -c /dev/video7
echo "video7 is called $(cat /sys/class/video4linux/video7/name)"
