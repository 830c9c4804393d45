/* SPDX-License-Identifier: Apache-2.0 */
/* Library files: `use "name"` reads lib/name.lua beside or above the scenario file, and nothing else. */
#include "lua_child.h"
#include "rig/paths.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MODULES "wiperig.modules"
#define NAME_BYTES_MAX 128

const char *source_read(int fd, char **text, gsize *length)
{
	struct stat status;

	if (fstat(fd, &status))
		return strerror(errno);
	if (!S_ISREG(status.st_mode))
		return "is not a regular file";
	char *buffer = malloc(SOURCE_BYTES_MAX + 1);
	gsize filled = 0;
	ssize_t got = buffer ? 1 : -1;
	while (got > 0 && filled <= SOURCE_BYTES_MAX) {
		got = read(fd, buffer + filled, SOURCE_BYTES_MAX + 1 - filled);
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got > 0)
			filled += (gsize)got;
	}
	if (got >= 0 && filled <= SOURCE_BYTES_MAX) {
		*text = buffer;
		*length = filled;
		return NULL;
	}
	free(buffer);
	return got < 0 ? strerror(errno) : "is larger than 1 MiB";
}

void use_open_folders(struct lua_child *child, const char *path)
{
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *name = g_path_get_basename(folder);
	gboolean is_plain = !g_str_equal(name, ".") && !g_str_equal(name, "..") && !g_str_equal(folder, "/");
	/* "a/lib" reads better in messages than "a/b/../lib". */
	g_autofree char *above = is_plain ? g_path_get_dirname(folder) : g_build_filename(folder, "..", NULL);
	/* Last, what comes with the program: a scenario may be written anywhere. */
	g_autofree char *shipped = path_scenarios();
	const char *const parents[LIB_DIRS] = { folder, above, shipped };

	for (guint i = 0; i < LIB_DIRS; i++) {
		gboolean here = g_str_equal(parents[i], ".");
		child->lib_paths[i] = here ? g_strdup("lib") : g_build_filename(parents[i], "lib", NULL);
		child->lib_fds[i] = open(child->lib_paths[i], O_PATH | O_DIRECTORY | O_CLOEXEC);
	}
}

static gboolean is_module_name(const char *name)
{
	gsize length = strlen(name);

	if (!length || length > NAME_BYTES_MAX || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_/") != length)
		return FALSE;
	return name[0] != '/' && name[length - 1] != '/' && !strstr(name, "//");
}

/* Walks component by component, so that no symbolic link leads out of the folder. */
static int open_below(int folder_fd, const char *name)
{
	char part[NAME_BYTES_MAX + sizeof ".lua"];
	int at = dup(folder_fd);

	while (at >= 0) {
		size_t length = strcspn(name, "/");
		gboolean is_last = !name[length];
		g_snprintf(part, sizeof part, "%.*s%s", (int)length, name, is_last ? ".lua" : "");
		int flags = is_last ? O_RDONLY | O_NONBLOCK : O_PATH | O_DIRECTORY;
		int next = openat(at, part, flags | O_NOFOLLOW | O_CLOEXEC);
		int failure = errno;
		close(at);
		errno = failure;
		at = next;
		if (is_last)
			break;
		name += length + 1;
	}
	return at;
}

static void load_module(lua_State *L, const char *name, guint folder, int fd)
{
	struct lua_child *child = child_of(L);
	char *text = NULL;
	gsize length = 0;
	const char *wrong = source_read(fd, &text, &length);

	close(fd);
	if (wrong)
		child_raise(L, NULL, "use: %s/%s.lua %s", child->lib_paths[folder], name, wrong);
	/* Into Lua's own memory: the parser may raise. */
	lua_pushlstring(L, text, length);
	free(text);
	lua_pushfstring(L, "%s/%s.lua", child->lib_paths[folder], name);
	child_load(L, lua_tostring(L, -1), lua_tostring(L, -2), length);
}

static void find_module(lua_State *L, const char *name)
{
	struct lua_child *child = child_of(L);

	for (guint i = 0; i < LIB_DIRS; i++) {
		int fd = child->lib_fds[i] < 0 ? -1 : open_below(child->lib_fds[i], name);
		if (fd >= 0) {
			load_module(L, name, i, fd);
			return;
		}
		if (child->lib_fds[i] >= 0 && errno != ENOENT)
			child_raise(L, NULL, "use: %s/%s.lua: %s", child->lib_paths[i], name, strerror(errno));
	}
	child_raise(L, NULL, "use: there is no %s.lua in %s, %s or the lib that comes with wiperig", name,
		    child->lib_paths[0], child->lib_paths[1]);
}

int use_file(lua_State *L)
{
	const char *name = lua_type(L, 1) == LUA_TSTRING ? lua_tostring(L, 1) : NULL;

	if (!child_of(L)->loading)
		child_raise(L, NULL, "use: only while the file is loaded");
	if (!name || strlen(name) != lua_rawlen(L, 1) || !is_module_name(name))
		child_raise(L, NULL,
			    "use: a name of lower-case letters, digits, _ and / is needed, as in use \"procedures\"");
	luaL_getsubtable(L, LUA_REGISTRYINDEX, MODULES);
	lua_pushvalue(L, 1);
	if (lua_rawget(L, -2) == LUA_TBOOLEAN)
		child_raise(L, NULL, "use: %s uses itself, or failed before", name);
	if (!lua_isnil(L, -1))
		return 1;
	lua_pop(L, 1);
	lua_pushvalue(L, 1);
	lua_pushboolean(L, TRUE); /* under way */
	lua_rawset(L, -3);
	int modules = lua_gettop(L);
	find_module(L, name);
	lua_call(L, 0, 1);
	if (lua_isnil(L, -1) || lua_isboolean(L, -1))
		child_raise(L, NULL, "use: %s.lua returns nothing to use", name);
	lua_pushvalue(L, 1);
	lua_pushvalue(L, -2);
	lua_rawset(L, modules);
	return 1;
}
