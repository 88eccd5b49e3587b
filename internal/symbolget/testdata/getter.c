// Uses of __symbol_get(), each in a function of its own. Compiled as the
// kernel's sources are, without its headers. The names say what is right: in
// a function undecoded_*, not all names can be found.

void *__symbol_get(const char *name);
int ask(void);
void log_line(const char *name);
void fill(char *buf);
char *make_name(int n);

void *direct(void)
{
	void *p = __symbol_get("direct_name");
	log_line("not_asked_for");
	return p;
}

void *tail_call(void) { return __symbol_get("tail_name"); }

/* Two ways to one call. */
void *merged(int which)
{
	const char *name;

	if (which) {
		log_line("not_asked_for_either");
		name = "merged_first";
	} else {
		name = "merged_second";
	}
	void *p = __symbol_get(name);
	ask();
	return p;
}

/* The string is kept across another call. */
void *across_calls(void)
{
	const char *name = ask() ? "across_first" : "across_second";

	log_line(name);
	void *p = __symbol_get(name);
	log_line(name);
	return p;
}

/* The call is in the unlikely part of the function, set up in the likely. */
void *unlikely_part(int n)
{
	const char *name = "unlikely_name";

	log_line(name);
	if (__builtin_expect(n == 17, 0)) {
		void *p = __symbol_get(name);
		ask();
		return p;
	}
	return 0;
}

static __attribute__((noinline)) void *wrapper(int n, const char *name)
{
	return n > 3 ? 0 : __symbol_get(name);
}

void *by_wrapper(void) { return wrapper(1, "wrapper_first"); }
void *by_wrapper_too(int n) { return wrapper(n, n > 5 ? "wrapper_second" : "wrapper_third"); }

/* A local function that another local one passes its argument on to. */
static __attribute__((noinline)) void *outer(const char *name, int n)
{
	ask();
	return n ? wrapper(n, name) : 0;
}
void *by_outer(int n) { return outer("outer_name", n); }

/* A loop that asks for the same name again. */
void *loop(int n)
{
	void *p;

	do {
		p = __symbol_get("loop_name");
		ask();
	} while (!p && n--);
	return p;
}

void *undecoded_result(int n) { return __symbol_get(make_name(n)); }

void *undecoded_buffer(void)
{
	char name[32];

	fill(name);
	void *p = __symbol_get(name);
	ask();
	return p;
}

void *undecoded_global_wrapper(const char *name) { return __symbol_get(name); }

char undecoded_writable_name[] = "writable_name";
void *undecoded_writable(void) { return __symbol_get(undecoded_writable_name); }

void *undecoded_one_way(int n)
{
	const char *name = "one_way_name";

	if (n)
		name = make_name(n);
	void *p = __symbol_get(name);
	ask();
	return p;
}

static __attribute__((noinline)) void *undecoded_pointed_to(const char *name) { return __symbol_get(name); }
void *(*undecoded_pointer)(const char *) = undecoded_pointed_to;
void *pointed_to_user(void) { return undecoded_pointed_to("pointed_to_name"); }

void *undecoded_address(int n)
{
	void *(*get)(const char *) = __symbol_get;

	if (ask())
		get = (void *(*)(const char *))make_name(n);
	return get("address_name");
}

/* A switch, by a jump table where the compiler makes one. */
void *by_switch(int n)
{
	const char *name = "switch_default";

	switch (n) {
	case 0: ask(); name = "switch_0"; break;
	case 1: log_line("not_asked_for_in_switch"); name = "switch_1"; break;
	case 2: ask(); ask(); name = "switch_2"; break;
	case 3: return 0;
	case 4: fill(0); name = "switch_4"; break;
	case 5: log_line("a"); ask(); name = "switch_5"; break;
	}
	void *p = __symbol_get(name);
	ask();
	return p;
}
