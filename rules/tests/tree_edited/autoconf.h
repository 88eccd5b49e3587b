/* What Kconfig made. */
#define CONFIG_MODULES 1
