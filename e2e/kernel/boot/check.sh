# What the modules of the tree offer is there, and so are those outside of it. Runs as root in the machine that booted.
set -e
echo "running $(uname -r)"
for module in aes_generic arp_tables bridge cbc dummy fat hello ip_tables iptable_filter joydev kvm kvm_amd lcm_user squashfs tun udf vfat vfio; do
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
/data/e2e/kernel/boot/kvm_vfio/kvm_vfio_/kvm_vfio
echo "$(grep -c . /proc/modules) modules are loaded"
