# What the modules of the tree offer is there, and so are those outside of it. Runs as root in the machine that booted.
set -e
echo "running $(uname -r)"
for module in aes_generic bridge cbc dummy fat hello ip_tables iptable_filter lcm_user squashfs tun udf vfat; do
	grep -q "^$module " /proc/modules || {
		echo "$module is not loaded"
		exit 1
	}
done
for system in ext2 iso9660 squashfs udf vfat; do
	grep -qw "$system" /proc/filesystems || {
		echo "$system is no file system"
		exit 1
	}
done
[ -d /sys/class/net/dummy0 ]
echo "$(grep -c . /proc/modules) modules are loaded"
