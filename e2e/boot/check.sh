# Runs in the booted machine, after the modules were loaded.
set -eu
echo "greet greets $(cat /sys/module/greet/parameters/whom)"
echo "caller uses $(ls /sys/module/greet/holders)"
cat /data/e2e/boot/check.txt
