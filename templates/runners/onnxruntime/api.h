// The part of ONNX Runtime's C interface that we use, declared here.
//
// Its library exports one function, which leads to a table of function pointers. The table only
// ever grows at its end, so a place in it means the same function in every release. The exported
// symbol is versioned for each release: it is looked up by name at run time, and one runner serves
// every release.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sideload::ort {

// Objects of the library; we only ever hold pointers to them.
struct Status;
struct Env;
struct Options;
struct Session;
struct Value;
struct TypeInfo;
struct TensorInfo;
struct MemoryInfo;
struct Allocator;
struct RunOptions;

struct Base {
  void* const* (*table)(uint32_t version);
  const char* (*version)();
};

// Every function below is there since this version of the interface.
constexpr uint32_t kVersion = 5;
constexpr int kSlots = 131;

enum Severity { kErrorsOnly = 3 };
enum Optimization { kAll = 99 };
enum AllocatorKind { kDevice = 0, kArena = 1 };
enum MemoryKind { kDefault = 0 };
enum Code { kInvalidArgument = 2 };

// place, name, result, arguments
#define SIDELOAD_ORT(F)                                                                          \
  F(1, GetErrorCode, int, (const Status*))                                                       \
  F(2, GetErrorMessage, const char*, (const Status*))                                            \
  F(3, CreateEnv, Status*, (int severity, const char* log_id, Env**))                            \
  F(6, DisableTelemetryEvents, Status*, (const Env*))                                            \
  F(7, CreateSession, Status*, (const Env*, const char* path, const Options*, Session**))        \
  F(9, Run, Status*,                                                                             \
    (Session*, const RunOptions*, const char* const* input_names, const Value* const* inputs,    \
     size_t input_count, const char* const* output_names, size_t output_count, Value** outputs)) \
  F(10, CreateSessionOptions, Status*, (Options**))                                              \
  F(14, EnableProfiling, Status*, (Options*, const char* prefix))                                \
  F(23, SetSessionGraphOptimizationLevel, Status*, (Options*, int level))                        \
  F(24, SetIntraOpNumThreads, Status*, (Options*, int threads))                                  \
  F(25, SetInterOpNumThreads, Status*, (Options*, int threads))                                  \
  F(30, SessionGetInputCount, Status*, (const Session*, size_t*))                                \
  F(31, SessionGetOutputCount, Status*, (const Session*, size_t*))                               \
  F(36, SessionGetInputName, Status*, (const Session*, size_t, Allocator*, char**))              \
  F(37, SessionGetOutputName, Status*, (const Session*, size_t, Allocator*, char**))             \
  F(48, CreateTensorAsOrtValue, Status*,                                                         \
    (Allocator*, const int64_t* shape, size_t axes, int dtype, Value**))                         \
  F(49, CreateTensorWithDataAsOrtValue, Status*,                                                 \
    (const MemoryInfo*, void* data, size_t bytes, const int64_t* shape, size_t axes, int dtype,  \
     Value**))                                                                                   \
  F(50, IsTensor, Status*, (const Value*, int*))                                                 \
  F(51, GetTensorMutableData, Status*, (Value*, void**))                                         \
  F(52, FillStringTensor, Status*, (Value*, const char* const* texts, size_t count))             \
  F(53, GetStringTensorDataLength, Status*, (const Value*, size_t*))                             \
  F(54, GetStringTensorContent, Status*,                                                         \
    (const Value*, void* data, size_t bytes, size_t* starts, size_t count))                      \
  F(60, GetTensorElementType, Status*, (const TensorInfo*, int*))                                \
  F(61, GetDimensionsCount, Status*, (const TensorInfo*, size_t*))                               \
  F(62, GetDimensions, Status*, (const TensorInfo*, int64_t*, size_t axes))                      \
  F(65, GetTensorTypeAndShape, Status*, (const Value*, TensorInfo**))                            \
  F(69, CreateCpuMemoryInfo, Status*, (int allocator, int memory, MemoryInfo**))                 \
  F(78, GetAllocatorWithDefaultOptions, Status*, (Allocator**))                                  \
  F(96, ReleaseValue, void, (Value*))                                                            \
  F(99, ReleaseTensorTypeAndShapeInfo, void, (TensorInfo*))                                      \
  F(110, SessionEndProfiling, Status*, (Session*, Allocator*, char**))

struct Api {
#define SIDELOAD_ORT_FIELD(place, name, result, arguments) result(*name) arguments;
  SIDELOAD_ORT(SIDELOAD_ORT_FIELD)
#undef SIDELOAD_ORT_FIELD
};

inline Api bind(void* const* table) {
  Api api;
#define SIDELOAD_ORT_BIND(place, name, result, arguments)       \
  static_assert(place < kSlots, "newer than kVersion promises"); \
  api.name = reinterpret_cast<result(*) arguments>(table[place]);
  SIDELOAD_ORT(SIDELOAD_ORT_BIND)
#undef SIDELOAD_ORT_BIND
  return api;
}

}  // namespace sideload::ort
