// ExecuTorch's module in C, for ExecuTorch.swift; errors are its own codes, 0 is none.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Only clang, which Swift reads it with, knows these.
#ifndef __clang__
#define _Nonnull
#define _Nullable
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct module module;

typedef struct {
  int32_t type;
  int32_t rank;
  int32_t sizes[16];
  const void *_Nullable data;
  size_t bytes;
} module_tensor;

module *_Nonnull module_open(const char *_Nonnull path, int32_t mode);
void module_close(module *_Nonnull opened);
int32_t module_load_method(module *_Nonnull opened, const char *_Nonnull name);
// Answers stay valid until the next call.
int32_t module_execute(
    module *_Nonnull opened, const char *_Nonnull method, const module_tensor *_Nullable inputs, size_t count);
size_t module_answers(const module *_Nonnull opened);
module_tensor module_answer(const module *_Nonnull opened, size_t index);

#ifdef __cplusplus
}
#endif
