// The native half of ExecuTorch.kt: its four functions over the C++ SDK of the wheel.
#include <jni.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <executorch/extension/module/module.h>
#include <executorch/extension/tensor/tensor_ptr_maker.h>

// The SDK exports the pool of threads, and has no header for it.
namespace executorch::extension::threadpool {
class ThreadPool {
 public:
  bool _unsafe_reset_threadpool(uint32_t threads);
};
ThreadPool* get_threadpool();
}  // namespace executorch::extension::threadpool

using executorch::extension::Module;
using executorch::extension::TensorPtr;
using executorch::runtime::Error;
using executorch::runtime::EValue;

namespace {

void refuse(JNIEnv* env, Error error, const std::string& doing) {
  jclass kind = env->FindClass("org/pytorch/executorch/ExecutorchRuntimeException");
  jmethodID make = env->GetMethodID(kind, "<init>", "(ILjava/lang/String;)V");
  jstring details = env->NewStringUTF((doing + " failed with error " + std::to_string(static_cast<int>(error))).c_str());
  env->Throw(static_cast<jthrowable>(env->NewObject(kind, make, static_cast<jint>(error), details)));
}

std::string text(JNIEnv* env, jstring given) {
  const char* characters = env->GetStringUTFChars(given, nullptr);
  std::string copy(characters);
  env->ReleaseStringUTFChars(given, characters);
  return copy;
}

std::vector<jlong> longs(JNIEnv* env, jlongArray given) {
  std::vector<jlong> copy(env->GetArrayLength(given));
  env->GetLongArrayRegion(given, 0, static_cast<jsize>(copy.size()), copy.data());
  return copy;
}

Module* module(jlong handle) { return reinterpret_cast<Module*>(handle); }

// Three objects: its type, its bytes in a buffer of the JVM's own, its shape.
void answer(JNIEnv* env, const executorch::aten::Tensor& tensor, jobjectArray all, jsize at) {
  const jint type = static_cast<jint>(tensor.scalar_type());
  jintArray types = env->NewIntArray(1);
  env->SetIntArrayRegion(types, 0, 1, &type);
  const std::vector<jlong> sizes(tensor.sizes().begin(), tensor.sizes().end());
  jlongArray shape = env->NewLongArray(static_cast<jsize>(sizes.size()));
  env->SetLongArrayRegion(shape, 0, static_cast<jsize>(sizes.size()), sizes.data());
  jclass kind = env->FindClass("java/nio/ByteBuffer");
  jmethodID make = env->GetStaticMethodID(kind, "allocateDirect", "(I)Ljava/nio/ByteBuffer;");
  jobject data = env->CallStaticObjectMethod(kind, make, static_cast<jint>(tensor.nbytes()));
  std::memcpy(env->GetDirectBufferAddress(data), tensor.const_data_ptr(), tensor.nbytes());
  env->SetObjectArrayElement(all, at, types);
  env->SetObjectArrayElement(all, at + 1, data);
  env->SetObjectArrayElement(all, at + 2, shape);
}

}  // namespace

extern "C" {

JNIEXPORT jlong JNICALL Java_org_pytorch_executorch_Module_create(JNIEnv* env, jclass, jstring path, jint mode, jint threads) {
  if (threads > 0) {
    executorch::extension::threadpool::get_threadpool()->_unsafe_reset_threadpool(static_cast<uint32_t>(threads));
  }
  auto made = std::make_unique<Module>(text(env, path), static_cast<Module::LoadMode>(mode));
  const Error error = made->load();
  if (error != Error::Ok) {
    refuse(env, error, "load");
    return 0;
  }
  return reinterpret_cast<jlong>(made.release());
}

JNIEXPORT void JNICALL Java_org_pytorch_executorch_Module_free(JNIEnv*, jclass, jlong handle) { delete module(handle); }

JNIEXPORT void JNICALL Java_org_pytorch_executorch_Module_loadMethod(JNIEnv* env, jclass, jlong handle, jstring name) {
  const Error error = module(handle)->load_method(text(env, name));
  if (error != Error::Ok) {
    refuse(env, error, "load_method");
  }
}

JNIEXPORT jobjectArray JNICALL Java_org_pytorch_executorch_Module_run(
    JNIEnv* env, jclass, jlong handle, jstring name, jobjectArray data, jintArray types, jobjectArray shapes) {
  std::vector<jint> kinds(env->GetArrayLength(types));
  env->GetIntArrayRegion(types, 0, static_cast<jsize>(kinds.size()), kinds.data());
  std::vector<TensorPtr> kept;
  std::vector<EValue> inputs;
  for (jsize at = 0; at < static_cast<jsize>(kinds.size()); ++at) {
    const auto sizes = longs(env, static_cast<jlongArray>(env->GetObjectArrayElement(shapes, at)));
    kept.push_back(executorch::extension::from_blob(
        env->GetDirectBufferAddress(env->GetObjectArrayElement(data, at)),
        std::vector<executorch::aten::SizesType>(sizes.begin(), sizes.end()),
        static_cast<executorch::aten::ScalarType>(kinds[at])));
    inputs.emplace_back(kept.back());
  }
  const auto outputs = module(handle)->execute(text(env, name), inputs);
  if (!outputs.ok()) {
    refuse(env, outputs.error(), "execute");
    return nullptr;
  }
  const jsize count = static_cast<jsize>(outputs->size());
  jobjectArray answers = env->NewObjectArray(3 * count, env->FindClass("java/lang/Object"), nullptr);
  for (jsize at = 0; at < count; ++at) {
    answer(env, (*outputs)[at].toTensor(), answers, 3 * at);
  }
  return answers;
}

}  // extern "C"
