/* What include/linux/mod_devicetable.h needs of other headers, for targets whose kernel headers are not at hand.
 * make.go installs it as <linux/module.h>, <linux/types.h>, <linux/uuid.h>, <linux/mei.h> and <linux/mei_uuid.h>. */
#ifndef SHIM_H
#define SHIM_H

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef struct { __u8 b[16]; } guid_t, uuid_t, uuid_le;

#define BITS_PER_LONG (8 * (int)sizeof(long))
#define UUID_STRING_LEN 36

#define INFO(tag, text) static const char info_##tag[] __attribute__((used, section(".modinfo"))) = #tag "=" text
#define MODULE_LICENSE(x) INFO(license, x)
#define MODULE_DESCRIPTION(x) INFO(description, x)

/* MODULE_DEVICE_TABLE as the module tables.ko has it. */
#if LINE < 702
#define MODULE_DEVICE_TABLE(type, name) \
	extern typeof(name) __mod_##type##__##name##_device_table __attribute__((unused, alias(#name)))
#else
#define MODULE_DEVICE_TABLE(type, name) \
	static typeof(name) __mod_device_table__kmod_tables__##type##__##name __attribute__((used, alias(#name)))
#endif

#endif
