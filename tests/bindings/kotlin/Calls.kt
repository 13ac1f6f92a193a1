// Calls generated classes as an app would; the same source for every runtime.
package caller

import sideload.models.BindingException
import sideload.models.Carried
import sideload.models.Digits
import sideload.models.Minilm
import sideload.models.MobilenetV2
import java.io.File
import java.io.RandomAccessFile
import java.nio.Buffer
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.nio.FloatBuffer
import java.util.concurrent.FutureTask
import kotlin.concurrent.thread

private fun stored(file: File): ByteBuffer = ByteBuffer.wrap(file.readBytes()).order(ByteOrder.nativeOrder())

private fun File.floats(): FloatArray = stored(this).asFloatBuffer().let { FloatArray(it.remaining()).apply(it::get) }

private fun File.longs(): LongArray = stored(this).asLongBuffer().let { LongArray(it.remaining()).apply(it::get) }

private fun File.store(
    count: Int,
    fill: (ByteBuffer) -> Buffer,
) {
    val bytes = ByteBuffer.allocate(8 * count).order(ByteOrder.nativeOrder())
    val width = 8 * count / fill(bytes).capacity()
    writeBytes(bytes.array().copyOf(width * count))
}

internal fun attempt(
    what: String,
    isBrief: Boolean = false,
    call: () -> Unit,
) {
    val said =
        try {
            call()
            "nothing"
        } catch (error: BindingException) {
            check(error.remedy.isNotEmpty())
            val problem = if (isBrief) "" else ": ${error.problem.substringAfterLast('/')}"
            error::class.simpleName + problem
        }
    println("$what: $said")
}

private fun digits(
    folder: File,
    model: File,
) {
    val image = File(folder, "digits.0").floats()
    attempt("missing") { Digits.open(File(folder, "missing")).close() }
    attempt("another") { Digits.open(File(folder, "digits.0")).close() }
    Digits.open(model, threads = 1).use { digits ->
        val answer = digits.predict(image)
        File(folder, "digits.out.0").store(answer.logits.size) { it.asFloatBuffer().put(answer.logits) }
        println("shape: ${answer.logitsShape.toList()}")
        println("best: ${answer.top(2)[0].map { "${it.label.name} ${it.label.text} ${it.score}" }}")
        attempt("too few") { digits.predict(image, 2) }
        attempt("too many") { digits.predict(FloatArray(9 * 64)) }
        attempt("no buffers") { digits.buffers(0) }
        attempt("no labels") { answer.top(0) }
        digits.buffers(3).use { buffers ->
            buffers.image.put(image).rewind()
            repeat(2) { buffers.run() }
            val fast = FloatArray(buffers.logits.remaining()).apply(buffers.logits::get)
            println("fast form: ${fast.contentEquals(answer.logits)}")
        }
        attempt("closed buffers") { digits.buffers(1).apply { close() }.run() }
        val others = List(4) { thread { repeat(50) { check(digits.predict(image).logits.contentEquals(answer.logits)) } } }
        others.forEach(Thread::join)
        val left = digits.buffers(3)
        val ends = List(4) { at -> endless { if (at % 2 == 0) digits.predict(image) else digits.buffers(1).use { it.run() } } }
        Thread.sleep(50)
        digits.close()
        println("closed in between: ${ends.map { it.get() }}")
        attempt("closed") { digits.predict(image) }
        attempt("closed above") { left.use { it.run() } }
    }
}

/** Calls on a thread of its own until a call fails, and tells by what. */
private fun endless(call: () -> Unit): FutureTask<String> {
    val task =
        FutureTask {
            var ended = ""
            while (ended.isEmpty()) {
                try {
                    call()
                } catch (error: BindingException) {
                    ended = error::class.simpleName.orEmpty()
                }
            }
            ended
        }
    Thread(task).start()
    return task
}

/** What was read once is known by its size, time and inode, and read again when one of them changes. */
private fun remembered(
    folder: File,
    model: File,
) {
    val copy = model.copyTo(File(folder, "digits.copy"))
    val time = 1_000_000_000_000
    copy.setLastModified(time)
    Digits.open(copy).close()
    RandomAccessFile(copy, "rw").use { it.write(ByteArray(it.length().toInt())) }
    copy.setLastModified(time)
    attempt("not read again", isBrief = true) { Digits.open(copy).close() }
    val other = copy.copyTo(File(folder, "digits.other"))
    other.setLastModified(time)
    check(other.renameTo(copy))
    attempt("read again", isBrief = true) { Digits.open(copy).close() }
}

private fun minilm(
    folder: File,
    model: File,
) {
    val ids = File(folder, "minilm.0").longs()
    val mask = File(folder, "minilm.1").longs()
    Minilm.open(model).use { minilm ->
        val product = minilm.predict(ids, mask, batch = 2).product
        File(folder, "minilm.out.0").store(product.size) { it.asLongBuffer().put(product) }
        attempt("no batch") { minilm.predict(ids, mask, batch = 0) }
        attempt("another length") { minilm.predict(ids, mask.copyOf(12), batch = 2) }
    }
}

private fun carried(
    folder: File,
    model: File,
) {
    fun bytes(at: Int): ByteBuffer = stored(File(folder, "carried.$at"))
    Carried.open(model).use { carried ->
        val answer =
            carried.predict(
                bytes(0).asShortBuffer().let { ShortArray(it.remaining()).apply(it::get) },
                bytes(1).asFloatBuffer().let { FloatArray(it.remaining()).apply(it::get) },
                bytes(2).asDoubleBuffer().let { DoubleArray(it.remaining()).apply(it::get) },
                bytes(3).array(),
                bytes(4).asIntBuffer().let { IntArray(it.remaining()).apply(it::get) },
                bytes(5).asLongBuffer().let { LongArray(it.remaining()).apply(it::get) },
                bytes(6).array(),
                bytes(7).asFloatBuffer().get(),
            )
        File(folder, "carried.out.0").store(2) { it.asShortBuffer().put(answer.twiceFloat16) }
        File(folder, "carried.out.1").store(2) { it.asFloatBuffer().put(answer.twiceFloat32) }
        File(folder, "carried.out.2").store(2) { it.asDoubleBuffer().put(answer.twiceFloat64) }
        File(folder, "carried.out.3").writeBytes(answer.twiceInt8)
        File(folder, "carried.out.4").store(2) { it.asIntBuffer().put(answer.twiceInt32) }
        File(folder, "carried.out.5").store(2) { it.asLongBuffer().put(answer.twiceInt64) }
        File(folder, "carried.out.6").writeBytes(answer.twiceUint8)
        File(folder, "carried.out.7").store(1) { it.asFloatBuffer().put(0, answer.twiceClass) }
        println("single: ${answer.twiceClass}")
    }
}

private fun picture(
    folder: File,
    pictures: File,
    suffix: String,
) {
    val pixels = File(pictures, "pixels").floats()
    MobilenetV2.open(File(pictures, "mobilenet_v2.$suffix")).use { network ->
        val answer = network.predict(pixels)
        File(folder, "picture.out").store(answer.logits.size) { it.asFloatBuffer().put(answer.logits) }
        network.buffers().use { buffers ->
            buffers.pixelValues.put(pixels).rewind()
            buffers.run()
            println("picture: ${answer.logitsShape.toList()} ${buffers.logits == FloatBuffer.wrap(answer.logits)}")
        }
    }
}

public fun main(arguments: Array<String>) {
    val folder = File(arguments[0])

    fun model(name: String): File = File("${arguments[1]}/$name.${arguments[2]}")
    digits(folder, model("digits"))
    remembered(folder, model("digits"))
    minilm(folder, model("minilm"))
    carried(folder, model("carried"))
    picture(folder, File(arguments[3]), arguments[2])
    alone(folder, File(arguments[1]))
}
