int beta_two(void);	/* x */
#define CONT a \
	b
