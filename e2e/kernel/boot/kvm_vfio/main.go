// Kvm_vfio hands a device to a virtual machine, as the script of the boot tests
// in the folder above runs it: a mediated device of the sample mtty, which is in
// software. For that kvm asks for functions of vfio by symbol_get, which no
// import of a module says. Without them kvm calls a group of vfio no group.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Where mtty takes orders for devices, and the name of the one that is ordered.
const (
	create = "/sys/class/mtty/mtty/mdev_supported_types/mtty-1/create"
	device = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1001"
)

// Of include/uapi/linux/kvm.h, since Linux 4.0.
const (
	kvmCreateVM      = 0xae01
	kvmCreateDevice  = 0xc00caee0
	kvmSetDeviceAttr = 0x4018aee1

	deviceVFIO   = 4 // KVM_DEV_TYPE_VFIO
	vfioGroup    = 1 // KVM_DEV_VFIO_GROUP
	vfioGroupAdd = 1 // KVM_DEV_VFIO_GROUP_ADD
)

// createDevice is struct kvm_create_device.
type createDevice struct{ kind, fd, flags uint32 }

// deviceAttr is struct kvm_device_attr.
type deviceAttr struct {
	flags, group uint32
	attr         uint64
	addr         unsafe.Pointer
}

func main() {
	if err := run(); err != nil {
		fmt.Println("kvm_vfio:", err)
		os.Exit(1)
	}
}

func run() error {
	if err := os.WriteFile(create, []byte(device), 0); err != nil {
		return err
	}
	group, err := os.Readlink("/sys/bus/mdev/devices/" + device + "/iommu_group")
	if err != nil {
		return err
	}
	vfio, err := os.OpenFile("/dev/vfio/"+filepath.Base(group), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer vfio.Close()
	kvm, err := os.OpenFile("/dev/kvm", os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer kvm.Close()
	machine, err := ioctl(kvm.Fd(), kvmCreateVM, nil)
	if err != nil {
		return fmt.Errorf("KVM_CREATE_VM: %w", err)
	}
	bridge := createDevice{kind: deviceVFIO}
	if _, err := ioctl(machine, kvmCreateDevice, unsafe.Pointer(&bridge)); err != nil {
		return fmt.Errorf("KVM_CREATE_DEVICE: %w", err)
	}
	add := func(fd uintptr) error {
		which := int32(fd)
		_, err := ioctl(uintptr(bridge.fd), kvmSetDeviceAttr, unsafe.Pointer(&deviceAttr{group: vfioGroup, attr: vfioGroupAdd, addr: unsafe.Pointer(&which)}))
		return err
	}
	if err := add(kvm.Fd()); !errors.Is(err, unix.EINVAL) {
		return fmt.Errorf("kvm takes what is no group of vfio, or says %v", err)
	}
	if err := add(vfio.Fd()); err != nil {
		return fmt.Errorf("kvm does not take a group of vfio: %w", err)
	}
	fmt.Println("kvm takes a group of vfio")
	return nil
}

func ioctl(fd, request uintptr, arg unsafe.Pointer) (uintptr, error) {
	got, _, errno := unix.Syscall(unix.SYS_IOCTL, fd, request, uintptr(arg))
	if errno != 0 {
		return 0, errno
	}
	return got, nil
}
