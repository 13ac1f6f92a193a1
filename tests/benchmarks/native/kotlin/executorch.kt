// What somebody writes who knows ExecuTorch and these two models.
package benchmark

import org.pytorch.executorch.EValue
import org.pytorch.executorch.Module
import org.pytorch.executorch.Tensor
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.nio.FloatBuffer
import java.nio.LongBuffer

private fun module(path: String): Module = Module.load(path, Module.LOAD_MODE_MMAP, 1).apply { loadMethod("forward") }

private fun direct(bytes: Int): ByteBuffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder())

internal class DigitsByHand(
    path: String,
) {
    private val module = module(path)
    val image: FloatBuffer = direct(4 * 64).asFloatBuffer()
    val logits: FloatBuffer = direct(4 * 10).asFloatBuffer()
    private val given = EValue.from(Tensor.fromBlob(image, longArrayOf(1, 1, 8, 8)))

    fun predict(image: FloatArray): FloatArray {
        val given = EValue.from(Tensor.fromBlob(image, longArrayOf(1, 1, 8, 8)))
        return module.execute("forward", given)[0].toTensor().dataAsFloatArray
    }

    fun run() {
        logits.clear()
        module.execute("forward", given)[0].toTensor().copyDataInto(logits)
        logits.rewind()
    }
}

internal class MinilmByHand(
    path: String,
) {
    private val module = module(path)
    val ids: LongBuffer = direct(8 * 32).asLongBuffer()
    val mask: LongBuffer = direct(8 * 32).asLongBuffer()
    val embedding: FloatBuffer = direct(4 * 384).asFloatBuffer()
    private val first = EValue.from(Tensor.fromBlob(ids, longArrayOf(1, 32)))
    private val second = EValue.from(Tensor.fromBlob(mask, longArrayOf(1, 32)))

    fun predict(
        ids: LongArray,
        mask: LongArray,
    ): FloatArray {
        val shape = longArrayOf(1, ids.size.toLong())
        val answers = module.execute("forward", EValue.from(Tensor.fromBlob(ids, shape)), EValue.from(Tensor.fromBlob(mask, shape)))
        return answers[0].toTensor().dataAsFloatArray
    }

    fun run() {
        embedding.clear()
        module.execute("forward", first, second)[0].toTensor().copyDataInto(embedding)
        embedding.rewind()
    }
}
