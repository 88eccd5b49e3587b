/* Functions of a live patch, each in a section of its own, that use what only the patched objects have. */
#define KLP_SYMBOL(object, name, position) __asm__("\".klp.sym." #object "." #name "," #position "\"") __attribute__((weak))

extern int saved_command_line_len(void) KLP_SYMBOL(vmlinux, saved_command_line_len, 0);
extern int state_show(void) KLP_SYMBOL(vmlinux, state_show, 2);
extern int trim_klp(void) KLP_SYMBOL(trim_provider, trim_klp, 0);
extern int trim_internal(void) KLP_SYMBOL(trim_provider, trim_internal.isra.0, 0);

int patched_in_vmlinux(void)
{
	return saved_command_line_len() + state_show() + saved_command_line_len();
}

int patched_in_module(void)
{
	return trim_klp() + trim_internal();
}

int (*ordinary)(void) = patched_in_module;

static const char modinfo[] __attribute__((section(".modinfo"), used)) = "license=GPL\0description=Klp symbols\0livepatch=Y";
