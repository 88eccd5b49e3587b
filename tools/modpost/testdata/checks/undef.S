.section .modinfo,"a"
.asciz "license=GPL"
.asciz "description=x"
.text
.globl anchor_undef
anchor_undef: nop
.text
call undef1
call undef2
.text
.weak wundef
call wundef
.text
call __this_module
call _GLOBAL_OFFSET_TABLE_
call __start_foo
call __stop_foo
call .dotty
