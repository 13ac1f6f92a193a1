/* Loaded into the commands of a simulated phone: what is a program for 64-bit ARM is started through
   an emulator. The settings are read when a command starts, because `env -i` takes them away before
   it starts another one. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char** environ;

enum { OUR_WORDS = 8, MOST_WORDS = 65536 };

static char emulator[PATH_MAX];
static char root[PATH_MAX];
static char processor[64];

static void keep(char* place, size_t size, const char* name) {
  const char* value = getenv(name);
  snprintf(place, size, "%s", value ? value : "");
}

__attribute__((constructor)) static void settings(void) {
  keep(emulator, sizeof emulator, "SIDELOAD_EMULATOR");
  keep(root, sizeof root, "SIDELOAD_EMULATOR_ROOT");
  keep(processor, sizeof processor, "SIDELOAD_EMULATOR_CPU");
}

static int is_foreign(const char* path) {
  Elf64_Ehdr header;
  if (!emulator[0] || access(path, X_OK) != 0) return 0;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  ssize_t size = read(file, &header, sizeof header);
  close(file);
  return size == (ssize_t)sizeof header && memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 &&
         header.e_machine == EM_AARCH64;
}

static int start(const char* path, char* const words[], char* const variables[]) {
  static int (*real)(const char*, char* const[], char* const[]);
  if (!real) *(void**)&real = dlsym(RTLD_NEXT, "execve");
  if (!is_foreign(path)) return real(path, words, variables);
  size_t count = 0;
  while (words[count] && count < MOST_WORDS) count++;
  const char** all = calloc(count + OUR_WORDS + 1, sizeof *all);
  if (!all) _exit(126);
  const char* ours[OUR_WORDS] = {emulator, "-cpu", processor, "-L", root, "-0",
                                 count ? words[0] : path, path};
  memcpy(all, ours, sizeof ours);
  for (size_t index = 1; index < count; index++) all[OUR_WORDS + index - 1] = words[index];
  int failed = real(emulator, (char* const*)all, variables);
  free(all);
  return failed;
}

int execve(const char* path, char* const words[], char* const variables[]) {
  return start(path, words, variables);
}

int execv(const char* path, char* const words[]) { return start(path, words, environ); }

int execvpe(const char* name, char* const words[], char* const variables[]) {
  static int (*real)(const char*, char* const[], char* const[]);
  if (!real) *(void**)&real = dlsym(RTLD_NEXT, "execvpe");
  /* A name without a slash is one of the phone's own commands, and those are the host's. */
  if (strchr(name, '/') && is_foreign(name)) return start(name, words, variables);
  return real(name, words, variables);
}

int execvp(const char* name, char* const words[]) { return execvpe(name, words, environ); }
