/*
 * The popen of conf, Kconfig's program: a command whose output is known is not
 * run. $KCONFIG_QUESTIONS is a folder:
 *
 *	known    commands and their outputs, a null byte after each
 *	asked    those that were run, and ended well, in the same form
 *	cmdline  how conf was started
 *	environ  and its environment
 *
 * conf has one command open at a time.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct text {
	char *bytes;
	size_t size;
};

/* Of the command that is open: its output, if it was run, and its exit status. */
static struct text ran;
static int status;

/* Reads all that is left, with a null byte after it; without bytes if it cannot. */
static struct text whole(int fd)
{
	struct text t = { NULL, 0 };
	ssize_t n;

	do {
		char *more = realloc(t.bytes, t.size + 65537);

		if (!more)
			break;
		t.bytes = more;
		n = read(fd, t.bytes + t.size, 65536);
		if (n > 0)
			t.size += n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	if (t.bytes)
		t.bytes[t.size] = 0;
	return t;
}

static int open_in(const char *folder, const char *name, int flags)
{
	char file[4096];

	if ((size_t)snprintf(file, sizeof(file), "%s/%s", folder, name) >= sizeof(file))
		return -1;
	return open(file, flags | O_CLOEXEC, 0666);
}

/* Writes down what of this process is in a file. */
static void note(const char *folder, const char *name, const char *from)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open_in(folder, name, O_WRONLY | O_CREAT | O_TRUNC);

	if (in >= 0 && out >= 0) {
		struct text t = whole(in);

		if (write(out, t.bytes, t.size) != (ssize_t)t.size)
			ftruncate(out, 0);
		free(t.bytes);
	}
	close(in);
	close(out);
}

/* The output of a command, if it is known. */
static const char *known(const char *folder, const char *command)
{
	static struct text all;
	const char *at;

	if (!all.bytes) {
		int fd = open_in(folder, "known", O_RDONLY);

		all = whole(fd);
		close(fd);
		note(folder, "cmdline", "/proc/self/cmdline");
		note(folder, "environ", "/proc/self/environ");
	}
	for (at = all.bytes; at && at < all.bytes + all.size;) {
		const char *output = at + strlen(at) + 1;

		if (output > all.bytes + all.size)
			break;
		if (!strcmp(at, command))
			return output;
		at = output + strlen(output) + 1;
	}
	return NULL;
}

/* Runs a command as the C library's popen does. */
static struct text run(const char *command)
{
	struct text output = { NULL, 0 };
	int ends[2];
	pid_t child;

	if (pipe2(ends, O_CLOEXEC))
		return output;
	fflush(NULL);
	child = vfork();
	if (!child) {
		dup2(ends[1], 1);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	if (child > 0)
		output = whole(ends[0]);
	close(ends[0]);
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return output;
}

/* Adds what was asked. What is cut off at the end of the file is not read. */
static void keep(const char *folder, const char *command, struct text output)
{
	int fd;

	if (status || !output.bytes || strlen(output.bytes) != output.size)
		return;
	fd = open_in(folder, "asked", O_WRONLY | O_CREAT | O_APPEND);
	if (fd < 0)
		return;
	if (write(fd, command, strlen(command) + 1) > 0)
		(void)!write(fd, output.bytes, output.size + 1);
	close(fd);
}

FILE *popen(const char *command, const char *mode)
{
	const char *folder = getenv("KCONFIG_QUESTIONS");
	const char *output = folder ? known(folder, command) : NULL;

	if (mode[0] != 'r') {
		errno = EINVAL;
		return NULL;
	}
	status = 0;
	if (!output) {
		ran = run(command);
		if (!ran.bytes)
			return NULL;
		if (folder)
			keep(folder, command, ran);
		output = ran.bytes;
	} else {
		ran.size = strlen(output);
	}
	/* None in memory may be empty. */
	return ran.size ? fmemopen((void *)output, ran.size, "r") : fopen("/dev/null", "r");
}

int pclose(FILE *output)
{
	fclose(output);
	free(ran.bytes);
	ran.bytes = NULL;
	return status;
}
