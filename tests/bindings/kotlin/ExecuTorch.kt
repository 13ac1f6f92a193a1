// The part of ExecuTorch's Android API that generated code may touch, over the C++ SDK of its wheel:
// the same names and types, so what runs with it here compiles against the published library.
// Messages are different on purpose, for nothing may depend on them.
package org.pytorch.executorch

import java.io.Closeable
import java.io.File
import java.nio.Buffer
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.nio.DoubleBuffer
import java.nio.FloatBuffer
import java.nio.IntBuffer
import java.nio.LongBuffer
import java.nio.ShortBuffer

public open class ExecutorchRuntimeException(
    public val errorCode: Int,
    details: String,
) : RuntimeException(details)

public class Tensor internal constructor(
    internal val type: Int,
    internal val data: Buffer,
    private val sizes: LongArray,
) {
    public fun shape(): LongArray = sizes.copyOf()

    private val count: Int get() = sizes.fold(1L, Long::times).toInt()

    private fun bytes(wanted: Int): ByteBuffer {
        check(type == wanted) { "a tensor of type $type was read as $wanted" }
        return (data as ByteBuffer).duplicate().order(ByteOrder.nativeOrder())
    }

    public fun copyDataInto(dst: ShortBuffer) {
        dst.put(bytes(HALF).asShortBuffer())
    }

    public fun copyDataInto(dst: IntBuffer) {
        dst.put(bytes(INT32).asIntBuffer())
    }

    public fun copyDataInto(dst: LongBuffer) {
        dst.put(bytes(INT64).asLongBuffer())
    }

    public fun copyDataInto(dst: FloatBuffer) {
        dst.put(bytes(FLOAT).asFloatBuffer())
    }

    public fun copyDataInto(dst: DoubleBuffer) {
        dst.put(bytes(DOUBLE).asDoubleBuffer())
    }

    public fun copyDataInto(dst: ByteBuffer) {
        dst.put(bytes(INT8))
    }

    public fun copyDataIntoUnsigned(dst: ByteBuffer) {
        dst.put(bytes(UINT8))
    }

    public val dataAsUnsignedByteArray: ByteArray get() = ByteArray(count).also { bytes(UINT8).get(it) }
    public val dataAsByteArray: ByteArray get() = ByteArray(count).also { bytes(INT8).get(it) }
    public val dataAsShortArray: ShortArray get() = ShortArray(count).also { bytes(HALF).asShortBuffer().get(it) }
    public val dataAsIntArray: IntArray get() = IntArray(count).also { bytes(INT32).asIntBuffer().get(it) }
    public val dataAsLongArray: LongArray get() = LongArray(count).also { bytes(INT64).asLongBuffer().get(it) }
    public val dataAsFloatArray: FloatArray get() = FloatArray(count).also { bytes(FLOAT).asFloatBuffer().get(it) }
    public val dataAsDoubleArray: DoubleArray get() = DoubleArray(count).also { bytes(DOUBLE).asDoubleBuffer().get(it) }

    public companion object {
        private const val UINT8 = 0
        private const val INT8 = 1
        private const val INT32 = 3
        private const val INT64 = 4
        private const val HALF = 5
        private const val FLOAT = 6
        private const val DOUBLE = 7

        private fun checked(
            type: Int,
            data: Buffer,
            order: ByteOrder,
            shape: LongArray,
        ): Tensor {
            require(data.isDirect && order == ByteOrder.nativeOrder()) { "the buffer is not direct, or in another order" }
            require(shape.fold(1L, Long::times) == data.capacity().toLong()) { "the buffer does not fit the shape" }
            return Tensor(type, data, shape.copyOf())
        }

        private fun direct(
            count: Int,
            width: Int,
        ): ByteBuffer = ByteBuffer.allocateDirect(count * width).order(ByteOrder.nativeOrder())

        @JvmStatic public fun fromBlobUnsigned(data: ByteBuffer, shape: LongArray): Tensor = checked(UINT8, data, data.order(), shape)

        @JvmStatic public fun fromBlob(data: ByteBuffer, shape: LongArray): Tensor = checked(INT8, data, data.order(), shape)

        @JvmStatic public fun fromBlob(data: ShortBuffer, shape: LongArray): Tensor = checked(HALF, data, data.order(), shape)

        @JvmStatic public fun fromBlob(data: IntBuffer, shape: LongArray): Tensor = checked(INT32, data, data.order(), shape)

        @JvmStatic public fun fromBlob(data: LongBuffer, shape: LongArray): Tensor = checked(INT64, data, data.order(), shape)

        @JvmStatic public fun fromBlob(data: FloatBuffer, shape: LongArray): Tensor = checked(FLOAT, data, data.order(), shape)

        @JvmStatic public fun fromBlob(data: DoubleBuffer, shape: LongArray): Tensor = checked(DOUBLE, data, data.order(), shape)

        @JvmStatic public fun fromBlobUnsigned(data: ByteArray, shape: LongArray): Tensor =
            fromBlobUnsigned(direct(data.size, 1).apply { put(data) }, shape)

        @JvmStatic public fun fromBlob(data: ByteArray, shape: LongArray): Tensor =
            fromBlob(direct(data.size, 1).apply { put(data) }, shape)

        @JvmStatic public fun fromBlob(data: ShortArray, shape: LongArray): Tensor =
            fromBlob(direct(data.size, 2).asShortBuffer().apply { put(data) }, shape)

        @JvmStatic public fun fromBlob(data: IntArray, shape: LongArray): Tensor =
            fromBlob(direct(data.size, 4).asIntBuffer().apply { put(data) }, shape)

        @JvmStatic public fun fromBlob(data: LongArray, shape: LongArray): Tensor =
            fromBlob(direct(data.size, 8).asLongBuffer().apply { put(data) }, shape)

        @JvmStatic public fun fromBlob(data: FloatArray, shape: LongArray): Tensor =
            fromBlob(direct(data.size, 4).asFloatBuffer().apply { put(data) }, shape)

        @JvmStatic public fun fromBlob(data: DoubleArray, shape: LongArray): Tensor =
            fromBlob(direct(data.size, 8).asDoubleBuffer().apply { put(data) }, shape)
    }
}

public class EValue private constructor(
    private val value: Tensor,
) {
    public fun toTensor(): Tensor = value

    public companion object {
        @JvmStatic public fun from(value: Tensor): EValue = EValue(value)
    }
}

public open class Module private constructor(
    private var handle: Long,
) : Closeable {
    public open fun loadMethod(methodName: String): Unit = loadMethod(handle, methodName)

    public open fun execute(methodName: String, vararg inputs: EValue): Array<EValue> {
        val given = inputs.map(EValue::toTensor)
        val data = given.map { it.data }.toTypedArray()
        val shapes = given.map { it.shape() }.toTypedArray()
        val answers = run(handle, methodName, data, given.map { it.type }.toIntArray(), shapes)
        return Array(answers.size / 3) {
            val type = (answers[3 * it] as IntArray).single()
            EValue.from(Tensor(type, answers[3 * it + 1] as ByteBuffer, answers[3 * it + 2] as LongArray))
        }
    }

    override fun close() {
        free(handle)
        handle = 0
    }

    public companion object {
        init {
            System.loadLibrary("sideloadtest")
        }

        public const val LOAD_MODE_MMAP: Int = 1

        @JvmStatic
        @JvmOverloads
        public fun load(
            modelPath: String?,
            loadMode: Int = 0,
            numThreads: Int = 0,
        ): Module {
            require(modelPath != null && File(modelPath).canRead()) { "no readable file at $modelPath" }
            return Module(create(modelPath, loadMode, numThreads))
        }

        @JvmStatic private external fun create(path: String, loadMode: Int, threads: Int): Long

        @JvmStatic private external fun free(handle: Long)

        @JvmStatic private external fun loadMethod(handle: Long, name: String)

        @JvmStatic private external fun run(handle: Long, name: String, data: Array<Buffer>, types: IntArray, shapes: Array<LongArray>): Array<Any>
    }
}
