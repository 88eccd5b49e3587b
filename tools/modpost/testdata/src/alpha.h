#ifndef ALPHA_H
#define ALPHA_H
/* comment */ // line comment
int alpha_plain(int x); int alpha_gpl(int x); int alpha_ns(int x); int alpha_weak(int x); int alpha_for(int x);
int nowhere_weak(int) __attribute__((weak));
int beta_asm(void);
extern int alpha_data; extern const char alpha_ro[];
#endif
