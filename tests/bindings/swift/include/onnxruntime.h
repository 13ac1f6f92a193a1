// The C API of ONNX Runtime, whose header is in a Debian package.
#include <onnxruntime/onnxruntime_c_api.h>
