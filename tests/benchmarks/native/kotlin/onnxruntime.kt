// What somebody writes who knows ONNX Runtime and these two models.
package benchmark

import ai.onnxruntime.OnnxTensor
import ai.onnxruntime.OrtEnvironment
import ai.onnxruntime.OrtSession
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.nio.FloatBuffer
import java.nio.LongBuffer

private val environment = OrtEnvironment.getEnvironment()

private fun session(path: String): OrtSession =
    environment.createSession(path, OrtSession.SessionOptions().apply { setIntraOpNumThreads(1) })

private fun direct(bytes: Int): ByteBuffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder())

private fun floats(
    session: OrtSession,
    inputs: Map<String, OnnxTensor>,
    name: String,
): FloatArray =
    try {
        session.run(inputs).use { (it.get(name).get() as OnnxTensor).floatBuffer.array() }
    } finally {
        inputs.values.forEach(OnnxTensor::close)
    }

internal class DigitsByHand(
    path: String,
) {
    private val session = session(path)
    val image: FloatBuffer = direct(4 * 64).asFloatBuffer()
    val logits: FloatBuffer = direct(4 * 10).asFloatBuffer()
    private val inputs = mapOf("image" to OnnxTensor.createTensor(environment, image, longArrayOf(1, 1, 8, 8)))
    private val outputs = mapOf("logits" to OnnxTensor.createTensor(environment, logits, longArrayOf(1, 10)))

    fun predict(image: FloatArray): FloatArray {
        val tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(image), longArrayOf(1, 1, 8, 8))
        return floats(session, mapOf("image" to tensor), "logits")
    }

    fun run() {
        session.run(inputs, outputs).close()
    }
}

internal class MinilmByHand(
    path: String,
) {
    private val session = session(path)
    val ids: LongBuffer = direct(8 * 32).asLongBuffer()
    val mask: LongBuffer = direct(8 * 32).asLongBuffer()
    val embedding: FloatBuffer = direct(4 * 384).asFloatBuffer()
    private val inputs =
        mapOf(
            "input_ids" to OnnxTensor.createTensor(environment, ids, longArrayOf(1, 32)),
            "attention_mask" to OnnxTensor.createTensor(environment, mask, longArrayOf(1, 32)),
        )
    private val outputs = mapOf("embedding" to OnnxTensor.createTensor(environment, embedding, longArrayOf(1, 384)))

    fun predict(
        ids: LongArray,
        mask: LongArray,
    ): FloatArray {
        val shape = longArrayOf(1, ids.size.toLong())
        val inputs =
            mapOf(
                "input_ids" to OnnxTensor.createTensor(environment, LongBuffer.wrap(ids), shape),
                "attention_mask" to OnnxTensor.createTensor(environment, LongBuffer.wrap(mask), shape),
            )
        return floats(session, inputs, "embedding")
    }

    fun run() {
        session.run(inputs, outputs).close()
    }
}
